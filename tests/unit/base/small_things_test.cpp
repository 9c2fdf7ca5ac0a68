// Errors, suggestions, ids, digests, random numbers and catalog names.
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/catalog.h"
#include "base/digest.h"
#include "base/errors.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/suggest.h"

namespace arsia {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Errors, ProblemsLeaveOutWhatIsUnknown) {
    EXPECT_EQ((Problem{"f.yaml", 3, "a.b", "is wrong"}.text()), "f.yaml:3: a.b: is wrong");
    EXPECT_EQ((Problem{"f.yaml", 0, "", "is wrong"}.text()), "f.yaml: is wrong");
    EXPECT_EQ((Problem{"", 3, "", "is wrong"}.text()), "line 3: is wrong");
    EXPECT_EQ((Problem{"", 0, "a.b", "is wrong"}.text()), "a.b: is wrong");
    EXPECT_EQ((Problem{"", 0, "", "is wrong"}.text()), "is wrong");
}

TEST(Errors, ExitStatus) {
    EXPECT_EQ(InputError("x").exit_status(), 2);
    EXPECT_EQ(IllegalError("x").exit_status(), 1);
    InputError several({Problem{"f", 1, "", "one"}, Problem{"f", 2, "", "two"}});
    EXPECT_STREQ(several.what(), "f:1: one\nf:2: two");
}

TEST(Suggest, NearestName) {
    std::vector<std::string> known = {"resnet18", "resnet34", "resnet50", "vgg16", "alexnet"};
    EXPECT_EQ(nearest_name("resnet43", known), "resnet34") << "letters exchanged";
    EXPECT_EQ(nearest_name("ResNet50", known), "resnet50") << "case";
    EXPECT_EQ(nearest_name("vgg1", known), "vgg16") << "letter left out";
    EXPECT_EQ(nearest_name("alexxnet", known), "alexnet") << "letter too many";
    EXPECT_EQ(nearest_name("bert", known), "") << "nothing is near";
    EXPECT_EQ(nearest_name("x", {}), "");
    EXPECT_EQ(did_you_mean("vgg61", known), "; did you mean 'vgg16'?");
    EXPECT_EQ(did_you_mean("bert", known), "");
}

TEST(Suggest, ListsAreCut) {
    EXPECT_EQ(name_list({"a", "b"}), "a, b");
    EXPECT_EQ(name_list({}), "");
    EXPECT_EQ(name_list({"a", "b", "c", "d"}, 2), "a, b and 2 more");
}

TEST(Ids, IndexTheirOwnTable) {
    using NodeId = Id<struct NodeTagOfTest>;
    IdVector<NodeId, std::string> names;
    NodeId first = names.push_back("a");
    NodeId second = names.push_back("b");
    EXPECT_EQ(names[second], "b");
    EXPECT_TRUE(first < second);
    EXPECT_FALSE(NodeId().valid());
    EXPECT_TRUE(names.contains(second));
    EXPECT_FALSE(names.contains(NodeId(2)));
    EXPECT_FALSE(names.contains(NodeId()));
    std::vector<std::uint32_t> seen;
    for (NodeId id : ids_of(names)) seen.push_back(id.value());
    EXPECT_THAT(seen, ElementsAre(0u, 1u));
}

TEST(Digest, IsTheSameOnEveryMachine) {
    // FNV-1a of no byte is the offset basis; of eight zero bytes follows by its definition.
    EXPECT_EQ(Digest().hex(), "cbf29ce484222325");
    std::uint64_t expected = 14695981039346656037ULL;
    for (int i = 0; i < 8; ++i) expected *= 1099511628211ULL;
    EXPECT_EQ(Digest().add(std::int64_t{0}).value(), expected);
}

TEST(Digest, KeepsTextsApart) {
    EXPECT_NE(Digest().add("ab").add("c").hex(), Digest().add("a").add("bc").hex());
    EXPECT_NE(Digest().add("").hex(), Digest().hex());
    EXPECT_EQ(Digest().add("abc").hex(), Digest().add(std::string("abc")).hex());
}

TEST(Random, IsSplitMix64) {
    // First outputs for seed 1234567 of the published reference code.
    Random random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317ULL);
    EXPECT_EQ(random.next(), 3203168211198807973ULL);
    EXPECT_EQ(random.next(), 9817491932198370423ULL);
}

TEST(Random, DrawsFromItsRange) {
    Random random(5);
    std::vector<int> seen(7, 0);
    for (int i = 0; i < 7000; ++i) ++seen[random.below(7)];
    for (int count : seen) EXPECT_NEAR(count, 1000, 150); // 5 standard deviations of √(7000·6/49) ≈ 29
    for (int i = 0; i < 1000; ++i) {
        double real = random.real();
        EXPECT_GE(real, 0);
        EXPECT_LT(real, 1);
    }
    EXPECT_EQ(random.below(1), 0u);
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
}

TEST(Random, WeightsAreProportional) {
    Random random(6);
    std::vector<int> seen(3, 0);
    for (int i = 0; i < 4000; ++i) ++seen[random.weighted({1, 0, 3})];
    EXPECT_NEAR(seen[0], 1000, 140); // 5 standard deviations of √(4000·3/16) ≈ 27
    EXPECT_EQ(seen[1], 0);
}

TEST(Random, ForksAreIndependentAndRepeatable) {
    Random a(1), b(1);
    Random fork_a = a.fork();
    Random fork_b = b.fork();
    EXPECT_EQ(fork_a.next(), fork_b.next());
    EXPECT_NE(fork_a.next(), a.next());
    EXPECT_EQ(Random(3).pick(std::vector<int>{8}), 8);
}

TEST(Catalog, NamesAndPaths) {
    EXPECT_THAT(catalog_names(CatalogKind::workload), Contains("resnet34"));
    EXPECT_THAT(resolve_catalog_file(CatalogKind::workload, "resnet34"),
                testing::EndsWith("workloads/catalog/resnet34.yaml"));
    auto message = [](CatalogKind kind, const std::string& name) -> std::string {
        try {
            resolve_catalog_file(kind, name);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message(CatalogKind::workload, "./none"), "./none: no such workload file");
    EXPECT_EQ(message(CatalogKind::design, "d.yaml"), "d.yaml: no such design file");
    EXPECT_EQ(message(CatalogKind::topology, "t.json"), "t.json: no such topology file");
    EXPECT_THAT(message(CatalogKind::workload, "alexnett"),
                StartsWith("unknown workload 'alexnett'; did you mean 'alexnet'?; the catalog has: "));
    EXPECT_THAT(message(CatalogKind::workload, "alexnett"), HasSubstr("a path holds a '/' or ends in .yaml"));
}

TEST(Catalog, HomeCanBeSet) {
    setenv("ARSIA_HOME", "/nonexistent", 1);
    std::string message;
    try {
        catalog_root();
    } catch (const InputError& error) {
        message = error.what();
    }
    unsetenv("ARSIA_HOME");
    EXPECT_EQ(message, "ARSIA_HOME is '/nonexistent', but there is no folder '/nonexistent/workloads/catalog'");
    EXPECT_FALSE(catalog_root().empty());
}

} // namespace
} // namespace arsia
