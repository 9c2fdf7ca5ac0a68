// Kind `systolic_2d`: a systolic array of one multiplier an element, in the three dataflows of A. Samajdar, J. M.
// Joseph, Y. Zhu, P. Whatmough, M. Mattina, T. Krishna: A Systematic Methodology for Characterizing Scalability of DNN
// Accelerators using SCALE-Sim, ISPASS 2020.
//
// A convolution is a product of three lengths: X output pixels (P·Q), K filters, T = C·R·S products a result. Two of
// them lie along the rows and columns of the array, the third runs through it in time:
//
//   dataflow            rows  columns  in time   cycles of a fold
//   output stationary   X     K        T         T + rows + columns − 2
//   weight stationary   T     K        X         2·rows + columns + X − 2
//   input stationary    T     X        K         2·rows + columns + K − 2
//
// A length above its side of the array is folded: ⌈length / side⌉ times, an edge fold as long as a full one. Folds
// follow each other without overlap.
//
// Three memories on chip hold input, weights and sums. An operand that stays the same over the outer loop of folds is
// loaded once if the whole of it fits its memory, else once in each turn of that loop. Output stationary, where either
// operand may be the one that is used again, takes the order of loops that moves fewer bytes. Sums that wait for
// further folds (weight and input stationary) stay on chip if the columns' sums fit the output memory, else they go to
// memory and come back. Left out: banks and ports of these memories; one input element is loaded once for all windows
// of a fold that read it, and the rows that two folds share are not loaded twice.
#include <algorithm>

#include <fmt/format.h>

#include "models/product_design.h"
#include "models/registry.h"

namespace arsia {

namespace {

enum class Dataflow { output_stationary, weight_stationary, input_stationary };

/// Memories on chip, bytes.
struct OnChip {
    Bytes input = 0, weights = 0, output = 0;
};

/// Adds `repeat` times an output of one or more folds.
struct PhaseWriter {
    TilePlan& plan;
    std::int64_t bits;

    void add(std::int64_t repeat, std::vector<TileStep> steps, std::int64_t stored_elements) {
        if (repeat > 0) plan.phases.push_back({repeat, std::move(steps), packed_bytes(stored_elements, bits)});
    }
};

class Systolic2d final : public ProductDesign {
public:
    Systolic2d(Dataflow dataflow, std::int64_t rows, std::int64_t columns, const OnChip& on_chip)
        : dataflow_(dataflow), rows_(rows), columns_(columns), on_chip_(on_chip) {
        multipliers = rows * columns;
    }

    std::optional<std::string> refusal(const Operator&) const override { return std::nullopt; }

protected:
    void append_products(TilePlan& plan, const Operator& op, const Extents& shard, std::int64_t bits) const override {
        for (const LoopNest& nest : loop_nests(op, shard)) append_nest(plan, op, shard, nest, bits);
    }

    Cycles least_product_cycles(const Operator& op, const Extents& shard) const override {
        std::int64_t macs = multiply_accumulates(op, shard);
        return macs / multipliers + (macs % multipliers > 0);
    }

private:
    /// The product of matrices that a loop nest is, `repeat` times over.
    struct Lengths {
        std::int64_t repeat, pixels, filters, depth;
        std::int64_t inputs; ///< distinct input elements
        bool sums_stay;      ///< whatever the output memory holds: those of one step of an LSTM
        std::int64_t weights() const { return filters * depth; }
    };

    static Lengths lengths_of(const Operator& op, const LoopNest& nest) {
        const char* what = "a systolic array's matrix";
        Lengths out{};
        out.repeat = nest.repeat;
        out.pixels = checked_multiply(nest.p, nest.q, what);
        out.filters = nest.k;
        out.depth = checked_multiply(nest.c, nest.r * nest.s, what);
        out.inputs = checked_multiply(nest.c, plane_read(op, nest, nest.p, nest.q), what);
        out.sums_stay = nest.is_recurrent;
        checked_multiply(out.filters, out.depth, what);
        return out;
    }

    /// An LSTM's steps are products of the same weights: what fits its memory is loaded with the first of them.
    void append_nest(TilePlan& plan, const Operator& op, const Extents& shard, const LoopNest& nest,
                     std::int64_t bits) const {
        Lengths of = lengths_of(op, nest);
        if (!nest.is_recurrent) return append(plan, of, bits);
        const std::int64_t results = results_of(op, shard), channels = at(shard, Dim::K);
        const bool held = packed_bytes(of.weights(), bits) <= on_chip_.weights;
        const std::int64_t later_steps = held ? of.repeat - 1 : 0;
        const std::int64_t later_results = std::min(results, later_steps);

        const std::size_t first = plan.phases.size();
        of.repeat -= later_steps;
        append(plan, of, bits);
        store_results(plan, first, results - later_results, channels, bits);
        if (later_steps == 0) return;

        const std::size_t first_held = plan.phases.size();
        of.repeat = later_steps;
        append(plan, of, bits);
        for (std::size_t i = first_held; i < plan.phases.size(); ++i)
            for (TileStep& step : plan.phases[i].steps) step.weight_bytes = 0;
        store_results(plan, first_held, later_results, channels, bits);
    }

    void append(TilePlan& plan, const Lengths& of, std::int64_t bits) const {
        PhaseWriter writer{plan, bits};
        if (dataflow_ == Dataflow::output_stationary) {
            append_output_stationary(writer, of, bits);
        } else {
            bool weights_stay = dataflow_ == Dataflow::weight_stationary;
            append_depth_folded(writer, of, bits, weights_stay);
        }
    }

    /// Elements of an operand that fall to `part` of `whole`, rounded up.
    static std::int64_t share(std::int64_t elements, std::int64_t part, std::int64_t whole) {
        return multiply_divide_up(elements, static_cast<std::uint64_t>(part), static_cast<std::uint64_t>(whole),
                                  "an operand's share");
    }

    void append_output_stationary(PhaseWriter& writer, const Lengths& of, std::int64_t bits) const {
        const Cut pixel_folds(of.pixels, rows_), filter_folds(of.filters, columns_);
        const Cycles cycles = of.depth + rows_ + columns_ - 2;
        const std::int64_t pixel_turns = divide_up(of.pixels, rows_), filter_turns = divide_up(of.filters, columns_);
        const bool input_fits = packed_bytes(of.inputs, bits) <= on_chip_.input;
        const bool weights_fit = packed_bytes(of.weights(), bits) <= on_chip_.weights;
        // Elements moved with the filter folds outside, and with the pixel folds outside.
        auto filters_outside = static_cast<double>(of.weights()) +
                               static_cast<double>(of.inputs) * static_cast<double>(input_fits ? 1 : filter_turns);
        auto pixels_outside = static_cast<double>(of.inputs) +
                              static_cast<double>(of.weights()) * static_cast<double>(weights_fit ? 1 : pixel_turns);
        const bool filters_are_outer = filters_outside <= pixels_outside;
        const Cut& outer = filters_are_outer ? filter_folds : pixel_folds;
        const Cut& inner = filters_are_outer ? pixel_folds : filter_folds;
        const bool inner_is_kept = filters_are_outer ? input_fits : weights_fit;

        bool first_turn = true;
        for (const EqualTiles& out : outer)
            for_each_turn(out.count, inner_is_kept, first_turn, [&](std::int64_t turns, bool loads_inner) {
                bool first_fold = true; // the outer operand comes with the first fold of its turn
                for (const EqualTiles& in : inner) {
                    std::int64_t pixels = filters_are_outer ? in.size : out.size;
                    std::int64_t filters = filters_are_outer ? out.size : in.size;
                    Bytes input = packed_bytes(share(of.inputs, pixels, of.pixels), bits);
                    Bytes weights = packed_bytes(filters * of.depth, bits);
                    Bytes& outer_bytes = filters_are_outer ? weights : input;
                    Bytes& inner_bytes = filters_are_outer ? input : weights;
                    if (!loads_inner) inner_bytes = 0;
                    if (!first_fold) outer_bytes = 0;
                    std::int64_t repeat = checked_multiply(of.repeat, turns, "a tile plan's number of tiles");
                    std::int64_t rest = in.count;
                    if (first_fold) {
                        writer.add(repeat, {{1, input, weights, cycles}}, pixels * filters);
                        --rest;
                    }
                    outer_bytes = 0;
                    writer.add(checked_multiply(repeat, rest, "a tile plan's number of tiles"),
                               {{1, input, weights, cycles}}, pixels * filters);
                    first_fold = false;
                }
            });
    }

    /// Weight and input stationary: the depth lies along the rows and is folded inside, so that its sums accumulate.
    void append_depth_folded(PhaseWriter& writer, const Lengths& of, std::int64_t bits, bool weights_stay) const {
        const std::int64_t across = weights_stay ? of.filters : of.pixels; // along the columns
        const std::int64_t through = weights_stay ? of.pixels : of.filters;
        const Cycles cycles = 2 * rows_ + columns_ + through - 2;
        const Cut depth_folds(of.depth, rows_);
        const std::int64_t streamed = weights_stay ? of.inputs : of.weights();
        const bool streamed_is_kept =
            packed_bytes(streamed, bits) <= (weights_stay ? on_chip_.input : on_chip_.weights);
        const std::int64_t stationary = weights_stay ? of.weights() : of.inputs;

        bool first_turn = true;
        for (const EqualTiles& out : Cut(across, columns_))
            for_each_turn(out.count, streamed_is_kept, first_turn, [&](std::int64_t turns, bool loads_streamed) {
                const std::int64_t sums = checked_multiply(out.size, through, "a fold's number of sums");
                const bool sums_stay = of.sums_stay || packed_bytes(sums, bits) <= on_chip_.output;
                const std::int64_t repeat = checked_multiply(of.repeat, turns, "a tile plan's number of tiles");
                std::vector<TileStep> steps;
                for (const EqualTiles& depth : depth_folds) {
                    std::int64_t held = share(share(stationary, out.size, across), depth.size, of.depth);
                    Bytes stays = packed_bytes(held, bits);
                    Bytes streams = loads_streamed ? packed_bytes(share(streamed, depth.size, of.depth), bits) : 0;
                    Bytes input = weights_stay ? streams : stays, weights = weights_stay ? stays : streams;
                    steps.push_back({depth.count, input, weights, cycles});
                }
                if (sums_stay) return writer.add(repeat, std::move(steps), sums);
                // Each fold stores its sums; all but the first of a turn load those of the fold before.
                bool first_fold = true;
                for (TileStep step : steps) {
                    std::int64_t rest = step.count;
                    step.count = 1;
                    if (first_fold) {
                        writer.add(repeat, {step}, sums);
                        --rest;
                    }
                    step.input_bytes += packed_bytes(sums, bits);
                    writer.add(checked_multiply(repeat, rest, "a tile plan's number of tiles"), {step}, sums);
                    first_fold = false;
                }
            });
    }

    /// The turns of an outer loop: all alike, or, where the inner operand is kept on chip, the very first and the rest.
    template <class Turn>
    static void for_each_turn(std::int64_t count, bool inner_is_kept, bool& first_turn, Turn turn) {
        if (!inner_is_kept) return turn(count, true);
        if (first_turn) {
            turn(1, true);
            --count;
            first_turn = false;
        }
        if (count > 0) turn(count, false);
    }

    Dataflow dataflow_;
    std::int64_t rows_, columns_;
    OnChip on_chip_;
};

} // namespace

std::unique_ptr<Design> make_systolic_2d(YamlMap& file) {
    const std::vector<std::string> names = {"output_stationary", "weight_stationary", "input_stationary"};
    auto dataflow = Dataflow::output_stationary;
    std::string shown = names.front();
    if (std::optional<YamlValue> value = file.required("dataflow")) {
        shown = value->one_of(names);
        dataflow = static_cast<Dataflow>(std::find(names.begin(), names.end(), shown) - names.begin());
    }
    std::int64_t rows = 1, columns = 1;
    if (std::optional<YamlValue> value = file.required("array")) {
        YamlMap map = value->map();
        rows = read_size(map, "rows");
        columns = read_size(map, "columns");
        map.finish();
    }
    OnChip on_chip;
    if (std::optional<YamlValue> value = file.required("sram")) {
        YamlMap map = value->map();
        if (auto input = map.required("input")) on_chip.input = input->bytes();
        if (auto weights = map.required("weights")) on_chip.weights = weights->bytes();
        if (auto output = map.required("output")) on_chip.output = output->bytes();
        map.finish();
    }
    auto design = std::make_unique<Systolic2d>(dataflow, rows, columns, on_chip);
    design->parameters = {
        {"dataflow", shown},
        {"array", fmt::format("{} rows x {} columns", rows, columns)},
        {"sram", fmt::format("input {}, weights {}, output {}", format_bytes(static_cast<double>(on_chip.input)),
                             format_bytes(static_cast<double>(on_chip.weights)),
                             format_bytes(static_cast<double>(on_chip.output)))},
    };
    return design;
}

} // namespace arsia
