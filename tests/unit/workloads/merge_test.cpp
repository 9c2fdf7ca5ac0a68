// Several workloads as one graph, and batches.
#include <gmock/gmock.h>

#include "base/errors.h"
#include "workloads/merge.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using ::testing::Throws;

Graph small(const std::string& name, std::int64_t batch = 1, const std::string& element = "8 bit") {
    return read_workload_text(
        "format: arsia-workload/1\nname: " + name + "\nelement: " + element +
            "\ninputs: {x: [2, 4, 6, 6]}\nparameters: {p: [1, 8, 1, 1]}\ncaches: {c: [2, 8, 4, 4]}\n"
            "operators:\n"
            "  - {name: conv1, type: conv, input: x, out_channels: 8, kernel: [3, 3]}\n"
            "  - {name: sum1, type: add, inputs: [conv1, p]}\n"
            "  - {name: sum2, type: add, inputs: [sum1, c]}\n",
        "w.yaml", batch);
}

const Tensor& tensor(const Graph& graph, const std::string& name) {
    for (const Tensor& one : graph.tensors)
        if (one.name == name) return one;
    throw std::logic_error("no tensor " + name);
}

TEST(Merge, PutsGraphsSideBySide) {
    Graph merged = merged_graph({{"a", small("one")}, {"b", small("two")}});
    Graph alone = small("one");
    EXPECT_EQ(merged.name, "a+b");
    EXPECT_EQ(merged.element_bits, 8);
    ASSERT_EQ(merged.operators.size(), 6U);
    EXPECT_EQ(merged.macs(), 2 * alone.macs());
    EXPECT_EQ(merged.parameters(), 2 * alone.parameters());
    OperatorId first = merged.find_operator("a/conv1"), second = merged.find_operator("b/conv1");
    EXPECT_EQ(first, OperatorId(0));
    EXPECT_EQ(second, OperatorId(3));
    EXPECT_FALSE(merged.find_operator("conv1").valid());
    for (OperatorId id : ids_of(merged.operators)) {
        const Operator& op = merged.operators[id];
        EXPECT_EQ(merged.output_of(op).producer, id);
        for (TensorId input : op.inputs) EXPECT_THAT(merged.tensors[input].consumers, ::testing::Contains(id));
        EXPECT_EQ(op.name.substr(0, 2), merged.output_of(op).name.substr(0, 2));
    }
    EXPECT_EQ(tensor(merged, "b/x").shape, tensor(alone, "x").shape);
    EXPECT_TRUE(tensor(merged, "a/sum2").is_output && tensor(merged, "b/sum2").is_output);
    EXPECT_FALSE(tensor(merged, "a/sum1").is_output);
}

TEST(Merge, TheDigestTellsPartsAndTheirNamesApart) {
    auto digest = [](const std::string& first, const std::string& second) {
        return merged_graph({{first, small("one")}, {second, small("two")}}).digest();
    };
    EXPECT_EQ(digest("a", "b"), digest("a", "b"));
    EXPECT_NE(digest("a", "b"), digest("b", "a"));
    EXPECT_NE(digest("a", "b"), small("one").digest());
}

TEST(Merge, NamesAndWidthsMustFit) {
    EXPECT_THAT(
        [] {
            merged_graph({{"a", small("one")}, {"a", small("two")}});
        },
        Throws<InputError>(Property(&InputError::what, HasSubstr("two workloads are called 'a'; give each a name "
                                                                 "of its own, like 'first=a'"))));
    EXPECT_THAT(
        [] {
            merged_graph({{"a", small("one")}, {"b", small("two", 1, "16 bit")}});
        },
        Throws<InputError>(Property(&InputError::what,
                                    HasSubstr("elements of 'b' have 16 bits, those of 'a' 8; workloads that share a "
                                              "platform have elements of one width"))));
}

TEST(Merge, ANameMayStandBeforeTheFile) {
    EXPECT_EQ(read_named_workload("alexnet").name, "alexnet");
    NamedGraph named = read_named_workload("left=alexnet", 2);
    EXPECT_EQ(named.name, "left");
    EXPECT_EQ(named.graph.macs(), 2 * read_workload("alexnet").macs());
    EXPECT_THAT([] { read_named_workload("=alexnet"); },
                Throws<InputError>(Property(&InputError::what, HasSubstr("'' is no name for a workload"))));
    EXPECT_THAT([] { read_named_workload("a+b=alexnet"); },
                Throws<InputError>(Property(&InputError::what, HasSubstr("'a+b' is no name for a workload"))));
    EXPECT_THAT([] { read_named_workload("a\xff=alexnet"); },
                Throws<InputError>(Property(&InputError::what, HasSubstr("byte 2 of this one, 0xFF, is not"))));
    EXPECT_THAT([] { read_named_workload("/tmp/no=such.yaml"); },
                Throws<InputError>(Property(&InputError::what, HasSubstr("/tmp/no=such.yaml"))));
}

TEST(Batch, MultipliesInputsAndCachesButNotWhatIsLearned) {
    Graph one = small("w"), four = small("w", 4);
    EXPECT_EQ(tensor(four, "x").shape, (TensorShape{8, 4, 6, 6}));
    EXPECT_EQ(tensor(four, "c").shape, (TensorShape{8, 8, 4, 4}));
    EXPECT_EQ(tensor(four, "p").shape, (TensorShape{1, 8, 1, 1}));
    EXPECT_EQ(four.macs(), 4 * one.macs());
    EXPECT_EQ(four.parameters(), one.parameters());
    EXPECT_EQ(four.cache_elements(), 4 * one.cache_elements());
    EXPECT_NE(four.digest(), one.digest());
    EXPECT_EQ(small("w", 1).digest(), one.digest());
}

TEST(Batch, ThatIsTooLargeIsRefused) {
    EXPECT_THAT([] { small("w", 2147483647); },
                Throws<InputError>(Property(&InputError::what, HasSubstr("is out of range; sizes must be from 1 to"))));
}

} // namespace
} // namespace arsia
