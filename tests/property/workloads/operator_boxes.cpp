// Boxes of random operators: parts tile what they split, and what is read is what the loop nest touches.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/catalog.h"
#include "base/random.h"
#include "tests/property/workloads/element_reads.h"
#include "tests/property/workloads/random_operators.h"
#include "workloads/graph_builder.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

using test::ElementReads;
using test::Found;
using test::in_range;
using test::random_operator;
using test::random_part_of;
using test::Step;

TensorBox read_by_steps(const Graph& graph, const Operator& op, std::size_t input, const IterationBox& part) {
    ElementReads definition(graph, op);
    return ElementReads::bounds(part, graph.tensors[op.inputs[input]].shape,
                                [&](const Step& step, const Found& found) { definition.reads(input, step, found); });
}

RC_GTEST_PROP(OperatorBoxes, InputBoxIsWhatTheLoopNestTouches, ()) {
    Graph graph = random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    IterationBox part = random_part_of(op);
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        const TensorShape& shape = graph.tensors[op.inputs[input]].shape;
        RC_ASSERT(op.input_box(input, shape, part) == read_by_steps(graph, op, input, part));
    }
}

RC_GTEST_PROP(OperatorBoxes, SkewReshapesAreCovered, ()) {
    Graph graph = test::random_skew_reshape();
    const Operator& op = graph.operators[OperatorId(0)];
    const TensorShape& shape = graph.tensors[op.inputs[0]].shape;
    IterationBox part = random_part_of(op);
    RC_ASSERT(whole_box(shape).contains(op.input_box(0, shape, part)));
    RC_ASSERT(op.input_box(0, shape, part).contains(read_by_steps(graph, op, 0, part)));
}

RC_GTEST_PROP(OperatorBoxes, OutputAndWeightBoxesAreWhatTheLoopNestTouches, ()) {
    Graph graph = random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    IterationBox part = random_part_of(op);
    ElementReads definition(graph, op);
    RC_ASSERT(op.output_box(part) ==
              ElementReads::bounds(part, graph.output_of(op).shape,
                                   [&](const Step& step, const Found& found) { definition.writes(step, found); }));
    RC_ASSERT(op.weight_box(part) ==
              ElementReads::bounds(part, op.weight_shape(), [&](const Step& step, const Found& found) {
                  definition.reads_weights(step, found);
              }));
}

RC_GTEST_PROP(OperatorBoxes, TheWholeSpaceNeedsNothingOutsideTheInput, ()) {
    Graph graph = random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        const TensorShape& shape = graph.tensors[op.inputs[input]].shape;
        RC_ASSERT(whole_box(shape).contains(op.input_box(input, shape, op.iteration_space())));
    }
    RC_ASSERT(op.output_box(op.iteration_space()) == whole_box(graph.output_of(op).shape));
}

/// All boxes of a split of every dimension into some parts, parts may be empty.
std::vector<IterationBox> random_split(const Operator& op, const std::vector<Dim>& dims) {
    std::vector<IterationBox> boxes{op.iteration_space()};
    for (Dim dim : dims) {
        std::int64_t parts = in_range(1, 4);
        std::vector<IterationBox> split;
        for (const IterationBox& box : boxes)
            for (std::int64_t i = 0; i < parts; ++i) {
                split.push_back(box);
                at(split.back(), dim) = part_of(at(box, dim), parts, i);
            }
        boxes = split;
    }
    return boxes;
}

template <std::size_t Rank>
bool tile_once(const std::vector<Box<Rank>>& boxes, const Box<Rank>& whole) {
    std::int64_t volume = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        if (!whole.contains(boxes[i])) return false;
        volume += boxes[i].volume();
        for (std::size_t j = 0; j < i; ++j)
            if (!intersect(boxes[i], boxes[j]).empty()) return false;
    }
    return volume == whole.volume();
}

RC_GTEST_PROP(OperatorBoxes, AnySplitTilesTheIterationSpaceOnce, ()) {
    Graph graph = random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    std::vector<IterationBox> boxes = random_split(op, {Dim::N, Dim::K, Dim::C, Dim::P, Dim::R});
    RC_ASSERT(tile_once(boxes, op.iteration_space()));
    std::int64_t macs = 0;
    std::int64_t vector_operations = 0;
    for (const IterationBox& box : boxes) {
        macs += op.macs(sizes_of(box));
        vector_operations += op.vector_operations(sizes_of(box));
    }
    RC_ASSERT(macs == op.macs(op.extents));
    RC_ASSERT(vector_operations == op.vector_operations(op.extents));
}

RC_GTEST_PROP(OperatorBoxes, SplittingOutputDimensionsTilesTheOutputOnce, ()) {
    Graph graph = random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    std::vector<TensorBox> outputs;
    std::vector<Dim> dims;
    for (Dim dim : {Dim::N, Dim::K, Dim::P, Dim::Q})
        if (op.may_split(dim)) dims.push_back(dim);
    for (const IterationBox& box : random_split(op, dims))
        if (!box.empty()) outputs.push_back(op.output_box(box));
    RC_ASSERT(tile_once(outputs, whole_box(graph.output_of(op).shape)));
}

RC_GTEST_PROP(OperatorBoxes, SplittingReductionsLeavesTheOutputAndTilesTheWeights, ()) {
    Graph graph = random_operator();
    const Operator& op = graph.operators[OperatorId(0)];
    std::vector<TensorBox> weights;
    for (const IterationBox& box : random_split(op, {Dim::C, Dim::R, Dim::S})) {
        if (box.empty()) continue;
        RC_ASSERT(op.output_box(box) == whole_box(graph.output_of(op).shape));
        if (op.has_weights) weights.push_back(op.weight_box(box));
    }
    if (op.kind == OperatorKind::embedding) return; // each part may read the whole table
    if (op.has_weights) RC_ASSERT(tile_once(weights, whole_box(op.weight_shape())));
}

RC_GTEST_PROP(OperatorBoxes, ConcatenationReadsEveryOutputElementOnce, ()) {
    Graph graph = test::random_concat();
    const Operator& op = graph.operators[OperatorId(0)];
    IterationBox part = random_part_of(op);
    std::int64_t read = 0;
    for (std::size_t i = 0; i < op.inputs.size(); ++i)
        read += op.input_box(i, graph.tensors[op.inputs[i]].shape, part).volume();
    RC_ASSERT(read == op.output_box(part).volume());
}

RC_GTEST_PROP(Boxes, SubtractLeavesExactlyTheRest, ()) {
    auto random_box = [] {
        Box<3> box;
        for (Range& axis : box.axes) {
            axis.begin = in_range(0, 5);
            axis.end = in_range(0, 6);
        }
        return box;
    };
    Box<3> whole = random_box();
    Box<3> hole = random_box();
    std::vector<Box<3>> rest;
    subtract(whole, hole, rest);
    RC_ASSERT(rest.size() <= 6u);
    auto inside = [](const Box<3>& box, std::int64_t x, std::int64_t y, std::int64_t z) {
        return box.contains({{Range{x, x + 1}, Range{y, y + 1}, Range{z, z + 1}}});
    };
    for (std::int64_t x = 0; x < 6; ++x)
        for (std::int64_t y = 0; y < 6; ++y)
            for (std::int64_t z = 0; z < 6; ++z) {
                std::int64_t found =
                    std::count_if(rest.begin(), rest.end(), [&](const Box<3>& box) { return inside(box, x, y, z); });
                RC_ASSERT(found == (inside(whole, x, y, z) && !inside(hole, x, y, z) ? 1 : 0));
            }
}

RC_GTEST_PROP(Boxes, PartsFollowEachOtherAndAreEven, ()) {
    Range whole{in_range(-5, 5), 0};
    whole.end = whole.begin + in_range(0, 40);
    std::int64_t parts = in_range(1, 12);
    std::int64_t end = whole.begin;
    for (std::int64_t i = 0; i < parts; ++i) {
        Range part = part_of(whole, parts, i);
        RC_ASSERT(part.begin == end);
        RC_ASSERT(part.size() == whole.size() / parts || part.size() == divide_up(whole.size(), parts));
        end = part.end;
    }
    RC_ASSERT(end == whole.end);
}

TEST(CatalogOperators, InputsOfNeighbouringRowsMeet) {
    // Splitting rows loses no input row that the whole reads.
    for (const std::string& name : catalog_names(CatalogKind::workload)) {
        Graph graph = read_workload(name);
        for (const Operator& op : graph.operators) {
            const TensorShape& shape = graph.tensors[op.inputs[0]].shape;
            TensorBox whole = op.input_box(0, shape, op.iteration_space());
            std::vector<TensorBox> missing{whole};
            for (std::int64_t i = 0; i < 4; ++i) {
                IterationBox part = op.iteration_space();
                at(part, Dim::P) = part_of(at(part, Dim::P), 4, i);
                std::vector<TensorBox> rest;
                for (const TensorBox& box : missing) subtract(box, op.input_box(0, shape, part), rest);
                missing = rest;
            }
            bool skips_rows = op.window.stride_h > at(op.extents, Dim::R);
            EXPECT_TRUE(skips_rows || missing.empty()) << name << " " << op.name;
        }
    }
}

TEST(WorkloadFiles, DamagedTextIsReadOrRefusedWithAMessage) {
    const std::string intact = read_text_file(resolve_catalog_file(CatalogKind::workload, "resnet18"));
    const std::string letters = "{}[]:,$&*-#\"' \n0123456789aeinst";
    Random random(7);
    int refused = 0;
    for (int run = 0; run < 300; ++run) {
        std::string text = intact;
        for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
            std::size_t at = random.below(text.size());
            if (random.chance(0.3))
                text.erase(at, 1 + random.below(8));
            else
                text[at] = letters[random.below(letters.size())];
        }
        try {
            EXPECT_GT(read_workload_text(text).operators.size(), 0u);
        } catch (const InputError& error) {
            ++refused;
            EXPECT_EQ(std::string(error.what()).rfind("workload.yaml", 0), 0u) << error.what();
        }
    }
    EXPECT_GT(refused, 30);
}

} // namespace
} // namespace arsia
