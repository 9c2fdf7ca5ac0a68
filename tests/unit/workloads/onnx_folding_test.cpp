// Shape computations: a Reshape needs the numbers that the nodes before it compute, so the shape of what comes out
// shows that they were computed rightly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/onnx_model.h"
#include "workloads/onnx/axes.h"
#include "workloads/onnx/constant.h"

namespace arsia::onnx_import {
namespace {

std::string constant(const std::string& name, const std::string& values, int count) {
    return name + " = Constant <value = int64[" + std::to_string(count) + "] {" + values + "}> () ";
}

/// The number below 12 that the nodes compute in `n`: as many of 12 rows of `x` [1, 3, 12, 5] are taken.
std::int64_t computed(const std::string& nodes) {
    ImportedModel model = import_onnx_bytes(
        test::onnx_bytes("(float[1,3,12,5] x) => (float[1] r) { " + constant("zero", "0", 1) + constant("one", "1", 1) +
                         constant("two", "2", 1) + nodes + " end = Reshape (n, one) r = Slice (x, zero, end, two) }"));
    return model.workload.operators.at(0).size;
}

TEST(OnnxFolding, CarriesOutComputationsOfShapes) {
    auto of_two = [](int a, int b, const std::string& type) {
        return computed(constant("a", std::to_string(a), 1) + constant("b", std::to_string(b), 1) + "n = " + type +
                        " (a, b)");
    };
    EXPECT_EQ(of_two(7, 2, "Add"), 9);
    EXPECT_EQ(of_two(7, 2, "Sub"), 5);
    EXPECT_EQ(of_two(3, 2, "Mul"), 6);
    EXPECT_EQ(of_two(7, 2, "Div"), 3);
    EXPECT_EQ(of_two(7, 4, "Mod"), 3);
    EXPECT_EQ(of_two(7, 4, "Min"), 4);
    EXPECT_EQ(of_two(7, 4, "Max"), 7);
    const std::string half = "f = Constant <value = float[1] {6.5}> () ";
    EXPECT_EQ(computed(half + "c = Ceil (f) n = Cast <to = 7> (c)"), 7);
    EXPECT_EQ(computed(half + "c = Floor (f) n = Cast <to = 7> (c)"), 6);
    EXPECT_EQ(computed(constant("a", "16", 1) + "f = Cast <to = 1> (a) q = Sqrt (f) n = Cast <to = 7> (q)"), 4);
    EXPECT_EQ(computed(constant("a", "2, 2, 2", 3) + "n = ReduceProd (a)"), 8);
    EXPECT_EQ(computed(constant("a", "2, 3, 4", 3) + "n = ReduceSum (a)"), 9);
    EXPECT_EQ(computed(constant("a", "2, 3, 4", 3) + "n = ReduceMax (a)"), 4);
    EXPECT_EQ(computed(constant("a", "2, 3, 4", 3) + "n = ReduceMin (a)"), 2);
}

TEST(OnnxFolding, PicksElements) {
    const std::string list = constant("l", "7, 2, 5, 4", 4), shape = "s = Shape (x) ";
    EXPECT_EQ(computed(shape + constant("i", "3", 1) + "n = Gather (s, i)"), 5);
    EXPECT_EQ(computed(shape + "n = Slice (s, one, two)"), 3);
    EXPECT_EQ(computed("s = Size (x) " + constant("b", "20", 1) + "n = Div (s, b)"), 9);
    EXPECT_EQ(computed(list + "n = Gather (l, two)"), 5);
    EXPECT_EQ(computed(list + constant("k", "-1", 1) + "n = Gather (l, k)"), 4);
    EXPECT_EQ(computed(list + constant("m", "9, 8", 2) + constant("k", "4", 1) +
                       "c = Concat <axis = 0> (l, m) n = Gather (c, k)"),
              9);
    EXPECT_EQ(computed(constant("z", "3", 1) + "c = ConstantOfShape <value = int64[1] {6}> (z) n = Gather (c, one)"),
              6);
    EXPECT_EQ(computed("a = Constant <value = int64 {2}> () b = Constant <value = int64 {9}> () "
                       "d = Constant <value = int64 {3}> () c = Range (a, b, d) n = Gather (c, two)"),
              8);
    EXPECT_EQ(computed("c = Equal (one, two) " + constant("t", "7", 1) + constant("f", "8", 1) + "n = Where (c, t, f)"),
              8);
    EXPECT_EQ(computed(constant("a", "3", 1) + constant("z", "3", 1) + "c = Expand (a, z) n = ReduceSum (c)"), 9);
    EXPECT_EQ(computed(constant("a", "1, 4", 2) + "c = Tile (a, two) n = ReduceSum (c)"), 10);
    // The second row of the transposed of 1 2 3 / 4 5 6 is 2 5.
    EXPECT_EQ(computed(constant("a", "1, 2, 3, 4, 5, 6", 6) + constant("z", "2, 3", 2) +
                       "m = Reshape (a, z) t = Transpose <perm = [1,0]> (m) g = Gather (t, one) "
                       "n = Gather <axis = 1> (g, one)"),
              5);
}

TEST(OnnxFolding, SaysWhatCannotBeComputed) {
    EXPECT_THAT(test::import_error(test::onnx_bytes("(float[1,3,12,5] x, int64[1] n) => (float[1] r) { " +
                                                    constant("zero", "0", 1) + constant("two", "2", 1) +
                                                    "r = Slice (x, zero, n, two) }")),
                testing::HasSubstr("graph.node[2]: Slice 'r': the shape of its result depends on data"));
    EXPECT_THAT(test::import_error(test::onnx_bytes("(float[1,3,12,5] x) => (float[1] r) { " + constant("a", "7", 1) +
                                                    constant("zero", "0", 1) + constant("two", "2", 1) +
                                                    "n = Div (a, zero) r = Slice (x, zero, n, two) }")),
                testing::HasSubstr("depends on data"));
}

TEST(OnnxFolding, CutsAsNumpyDoes) {
    auto cut = [](std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t length) {
        SliceRange range = slice_range(start, end, step, length);
        return std::vector<std::int64_t>{range.begin, range.size, range.step};
    };
    using testing::ElementsAre;
    EXPECT_THAT(cut(1, 4, 1, 10), ElementsAre(1, 3, 1));
    EXPECT_THAT(cut(-3, INT64_MAX, 1, 10), ElementsAre(7, 3, 1));
    EXPECT_THAT(cut(0, -1, 2, 10), ElementsAre(0, 5, 2)); // 0 2 4 6 8
    EXPECT_THAT(cut(INT64_MIN, 5, 1, 10), ElementsAre(0, 5, 1));
    EXPECT_THAT(cut(-1, INT64_MIN, -1, 10), ElementsAre(9, 10, -1)); // backwards, all
    EXPECT_THAT(cut(8, 2, -3, 10), ElementsAre(8, 2, -3));           // 8 5
    EXPECT_EQ(cut(5, 5, 1, 10)[1], 0);
    EXPECT_EQ(cut(20, 30, 1, 10)[1], 0);
    EXPECT_EQ(cut(3, 0, INT64_MIN, 10)[1], 1);
}

TEST(OnnxFolding, AxesCountFromTheEndToo) {
    EXPECT_EQ(axis_of(-1, 4), 3u);
    EXPECT_EQ(axis_of(0, 4), 0u);
    EXPECT_FALSE(axis_of(4, 4));
    EXPECT_FALSE(axis_of(-5, 4));
}

TEST(OnnxConstant, ReadsNumbersHoweverTheyAreStored) {
    onnx::TensorProto raw;
    raw.set_data_type(onnx::TensorProto::INT32);
    raw.add_dims(2);
    raw.set_raw_data(std::string("\x05\0\0\0\xff\xff\xff\xff", 8));
    ASSERT_NE(Constant::of(raw).integers(), nullptr);
    EXPECT_EQ(*Constant::of(raw).integers(), (Constant::Integers{5, -1}));
    raw.set_raw_data("abc"); // not two numbers
    EXPECT_FALSE(Constant::of(raw).has_contents());
    raw.set_data_type(onnx::TensorProto::FLOAT);
    raw.set_raw_data(std::string("\0\0\x80\x3f\0\0\0\xc0", 8));
    EXPECT_EQ(Constant::of(raw).as_reals(), (Constant::Reals{1, -2}));
    raw.set_data_location(onnx::TensorProto::EXTERNAL);
    EXPECT_FALSE(Constant::of(raw).has_contents());
    EXPECT_EQ(elements_of({3, -1}), 0);
    EXPECT_EQ(elements_of({1 << 30, 1 << 30, 1 << 30}), std::int64_t{1} << 62);
}

TEST(OnnxConstant, ComesBackFromItsMessage) {
    for (int type : {onnx::TensorProto::INT64, onnx::TensorProto::UINT64, onnx::TensorProto::BOOL}) {
        Constant there(type, {2}, Constant::Integers{0, 1});
        EXPECT_EQ(*Constant::of(there.to_proto()).integers(), *there.integers()) << type;
    }
    for (int type : {onnx::TensorProto::FLOAT, onnx::TensorProto::DOUBLE})
        EXPECT_EQ(Constant::of(Constant(type, {1}, Constant::Reals{0.5}).to_proto()).scalar(), 0.5) << type;
}

} // namespace
} // namespace arsia::onnx_import
