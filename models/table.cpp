// Kind `table`: measured cycles by the shape of the operator, for people with numbers of their own.
//
// An operator is run if it was measured (`lookup: exact`), or if one like it was (`lookup: nearest`: same kind, window
// and grouping; the nearest by the ratios of its extents). What was not measured itself, as most shards, takes
//   cycles = ⌈measured cycles · MACs / measured MACs⌉
// of the row that stands for the operator. The cycles are taken to be free of waiting for memory; each operand is moved
// once, in equal tiles beside the computation. Cycles grow with each dimension as far as the measurements do. Vector
// operators run on the vector unit.
#include <fmt/format.h>

#include "models/even_tiles.h"
#include "models/measurements.h"
#include "models/product_design.h"
#include "models/registry.h"
#include "models/tiling.h"

namespace arsia {

namespace {

/// So that loads and stores can go beside the computation, and a plan stays short.
constexpr std::int64_t tiles_an_operator = 64;

class MeasuredTable final : public ProductDesign {
public:
    MeasuredTable(Measurements measurements, bool is_exact)
        : measurements_(std::move(measurements)), is_exact_(is_exact) {}

    std::optional<std::string> refusal(const Operator& op) const override {
        if (!op.multiplies() || row_for(op)) return std::nullopt;
        const MeasuredShape shape = shape_of(op, op.extents);
        std::string out = fmt::format("design '{}' has no measurement {} '{}' ({})", name,
                                      is_exact_ ? "of" : "of an operator like", op.name, shape.text());
        if (const Measurement* nearest = measurements_.nearest_of_kind(shape))
            return out + "; the nearest that it has is " + nearest->shape.text();
        return out + fmt::format("; it has none of kind {}", name_of(op.kind));
    }

protected:
    void append_products(TilePlan& plan, const Operator& op, const Extents& shard, std::int64_t bits) const override {
        Work work = bytes_of(op, shard, bits);
        work.cycles = cycles_of(op, shard, plan.macs);
        append_even_tiles(plan, 1, tiles_an_operator, work);
    }

    Cycles least_product_cycles(const Operator& op, const Extents& shard) const override {
        return measurements_.least_cycles(shape_of(op, op.extents), multiply_accumulates(op, shard));
    }

private:
    /// The row that stands for the operator; nullptr if none does.
    const Measurement* row_for(const Operator& op) const {
        const MeasuredShape shape = shape_of(op, op.extents);
        return is_exact_ ? measurements_.exact(shape) : measurements_.nearest_like(shape);
    }

    Cycles cycles_of(const Operator& op, const Extents& shard, std::int64_t macs) const {
        const MeasuredShape shape = shape_of(op, shard);
        const Measurement* own = measurements_.exact(shape);
        if (own && own->shape.is_like(shape_of(op, op.extents))) return own->cycles;
        const Measurement& row = *row_for(op);
        return multiply_divide_up(macs, static_cast<std::uint64_t>(row.cycles),
                                  static_cast<std::uint64_t>(row.shape.macs()), "an operator's number of cycles");
    }

    /// Every operand once; the second operand of a product of activations is different for each sample.
    static Work bytes_of(const Operator& op, const Extents& shard, std::int64_t bits) {
        const char* what = "an operator's number of elements";
        std::int64_t inputs = 0;
        for (const LoopNest& nest : loop_nests(op, shard))
            inputs = checked_add(inputs,
                                 checked_multiply(nest.repeat,
                                                  checked_multiply(nest.c, plane_read(op, nest, nest.p, nest.q), what),
                                                  what),
                                 what);
        std::int64_t weights = checked_multiply(at(shard, Dim::K), op.has_weights ? op.gates : at(shard, Dim::N), what);
        for (Dim dim : {Dim::C, Dim::R, Dim::S}) weights = checked_multiply(weights, at(shard, dim), what);
        Work work;
        work.input_bytes = packed_bytes(inputs, bits);
        work.weight_bytes = packed_bytes(weights, bits);
        work.store_bytes = packed_bytes(output_elements(op, shard), bits);
        return work;
    }

    Measurements measurements_;
    bool is_exact_;
};

Measurement read_measurement(const YamlValue& value) {
    constexpr std::int64_t most = std::int64_t(1) << 31;
    Measurement row;
    MeasuredShape& shape = row.shape;
    YamlMap map = value.map();
    if (auto item = map.required("kind")) {
        std::string kind = item->one_of({"conv", "linear", "matmul", "lstm"});
        for (OperatorKind known : {OperatorKind::conv, OperatorKind::linear, OperatorKind::matmul, OperatorKind::lstm})
            if (kind == name_of(known)) shape.kind = known;
    }
    for (Dim dim : all_dims)
        if (auto item = map.optional(std::string(1, dim_letter(dim)))) at(shape.extents, dim) = item->integer(1, most);
    auto read_pair = [&](const char* key, std::int64_t& vertical, std::int64_t& horizontal) {
        auto item = map.optional(key);
        if (!item) return;
        std::vector<std::int64_t> pair = item->integers(1, 65'536);
        if (pair.size() != 2) return item->problem(fmt::format("expected two numbers, found {}", pair.size()));
        vertical = pair[0];
        horizontal = pair[1];
    };
    read_pair("stride", shape.stride_h, shape.stride_w);
    read_pair("dilation", shape.dilation_h, shape.dilation_w);
    if (auto item = map.optional("groups")) shape.groups = item->integer(1, most);
    shape.gates = shape.kind == OperatorKind::lstm ? 4 : 1;
    if (auto item = map.optional("gates")) shape.gates = item->integer(1, 4);
    if (auto item = map.required("cycles")) row.cycles = item->integer(1);
    map.finish();
    return row;
}

} // namespace

std::unique_ptr<Design> make_table(YamlMap& file) {
    std::int64_t units = 1;
    if (auto value = file.required("multipliers")) units = value->integer(1, std::int64_t(1) << 30);
    std::string lookup = "exact";
    if (auto value = file.required("lookup")) lookup = value->one_of({"exact", "nearest"});
    Measurements measurements;
    if (auto value = file.required("measured")) {
        for (const YamlValue& item : value->items()) {
            Measurement row = read_measurement(item);
            if (measurements.exact(row.shape)) item.problem("this shape stands in the table already");
            measurements.add(std::move(row));
        }
        if (measurements.empty() && value->is_sequence()) value->problem("the table is empty");
    }
    const std::size_t rows = measurements.size();
    auto design = std::make_unique<MeasuredTable>(std::move(measurements), lookup == "exact");
    design->multipliers = units;
    design->parameters = {{"measured", fmt::format("{} shapes", rows)}, {"lookup", lookup}};
    return design;
}

} // namespace arsia
