// Errors, suggestions, ids, digests, random numbers and catalog names.
#include <cstdlib>
#include <filesystem>
#include <fstream>
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
using testing::Not;
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
    EXPECT_EQ(did_you_mean("f1", {"f1_16xlarge", "ring8"}), "; did you mean 'f1_16xlarge'?") << "the beginning of one";
    EXPECT_EQ(did_you_mean("ResNet", known), "; did you mean 'resnet18', 'resnet34' or 'resnet50'?") << "or of a few";
    EXPECT_EQ(did_you_mean("op", {"opaque_a", "opaque_b", "opaque_c", "opaque_d", "opaque_e"}), "")
        << "of too many to choose from";
    EXPECT_EQ(did_you_mean("v", known), "") << "one letter says nothing";
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
    EXPECT_THAT(message(CatalogKind::workload, "alexnett"),
                HasSubstr("; a path holds a '/' or ends in .yaml, .yml, .json or .onnx"));
    EXPECT_THAT(message(CatalogKind::design, "nothing_like_it"), HasSubstr(" more ('arsia list designs' shows all); "));
    EXPECT_THAT(message(CatalogKind::study, "nothing_like_it"), Not(HasSubstr("shows all")));
}

TEST(Catalog, AFileOfThatNameIsPointedOut) {
    std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "arsia_file_beside";
    std::filesystem::create_directories(folder);
    std::filesystem::current_path(folder);
    std::ofstream(folder / "small.yml") << "{}";
    std::string message;
    try {
        resolve_catalog_file(CatalogKind::workload, "small");
    } catch (const InputError& error) {
        message = error.what();
    }
    EXPECT_EQ(resolve_catalog_file(CatalogKind::workload, "./small.yml"), "./small.yml");
    std::filesystem::current_path(before);
    std::filesystem::remove_all(folder);
    EXPECT_THAT(message, HasSubstr("unknown workload 'small'"));
    EXPECT_THAT(message, testing::EndsWith("; there is a file ./small.yml: write './small.yml'"));
}

TEST(Catalog, WhatCountsAsAFile) {
    for (const char* file : {"./a", "a/b", "a.yaml", "a.yml", "a.json", "a.onnx"})
        EXPECT_TRUE(names_a_file(file)) << file;
    for (const char* name : {"resnet34", "h2h_0.125", "a.h5", ""}) EXPECT_FALSE(names_a_file(name)) << name;
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
    setenv("ARSIA_HOME", "", 1);
    EXPECT_FALSE(catalog_root().empty()) << "as if it were not set";
    unsetenv("ARSIA_HOME");
}

} // namespace
} // namespace arsia
