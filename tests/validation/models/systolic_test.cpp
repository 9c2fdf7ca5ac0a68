// Cycles of the systolic array against SCALE-Sim's, layer by layer, for every run in tests/data/systolic.json.
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "models/design.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

using Json = nlohmann::json;

DesignPtr array_of(std::int64_t rows, std::int64_t columns, const std::string& dataflow) {
    std::string name = dataflow == "os" ? "output" : dataflow == "ws" ? "weight" : "input";
    return read_design_text(fmt::format("format: arsia-design/1\n"
                                        "name: array\n"
                                        "model: systolic_2d\n"
                                        "clock: 1 GHz\n"
                                        "dataflow: {}_stationary\n"
                                        "array: {{rows: {}, columns: {}}}\n"
                                        "sram: {{input: 1 MiB, weights: 1 MiB, output: 1 MiB}}\n"
                                        "vector: {{width: 16, tile: 4096}}\n",
                                        name, rows, columns));
}

/// The layer as an operator without padding. The reference rounds output sizes up; where the window does not fit the
/// input, the input is enlarged to the next size that it fits.
Graph layer_of(const Json& layer) {
    auto fitting = [&](const char* size, const char* kernel, const char* stride) {
        std::int64_t free = layer.at(size).get<std::int64_t>() - layer.at(kernel).get<std::int64_t>();
        std::int64_t step = layer.at(stride).get<std::int64_t>();
        return divide_up(free, step) * step + layer.at(kernel).get<std::int64_t>();
    };
    return read_workload_text(fmt::format(
        "format: arsia-workload/1\n"
        "name: layer\n"
        "element: 16 bit\n"
        "inputs: {{image: [1, {}, {}, {}]}}\n"
        "operators: [{{name: conv, type: conv, input: image, out_channels: {}, kernel: [{}, {}], stride: [{}, {}]}}]\n",
        layer.at("channels").get<int>(), fitting("ifmap_h", "filt_h", "stride_h"),
        fitting("ifmap_w", "filt_w", "stride_w"), layer.at("num_filters").get<int>(), layer.at("filt_h").get<int>(),
        layer.at("filt_w").get<int>(), layer.at("stride_h").get<int>(), layer.at("stride_w").get<int>()));
}

TEST(SystolicArray, TakesTheCyclesOfScaleSim) {
    std::ifstream file(ARSIA_TEST_DATA "/systolic.json");
    ASSERT_TRUE(file);
    Json reference = Json::parse(file);
    std::size_t layers = 0;
    for (const Json& run : reference.at("runs")) {
        auto rows = run.at("array_rows").get<std::int64_t>(), columns = run.at("array_cols").get<std::int64_t>();
        DesignPtr design = array_of(rows, columns, run.at("dataflow"));
        for (const Json& layer : run.at("layers")) {
            Graph graph = layer_of(layer);
            const Operator& conv = graph.operators[OperatorId(0)];
            TilePlan plan = design->plan(conv, conv.extents, 16);
            // The reference gives the number of the last cycle.
            EXPECT_EQ(plan.compute_cycles, layer.at("total_cycles").get<Cycles>() + 1)
                << run.at("net") << " " << rows << "x" << columns << " " << run.at("dataflow") << " "
                << layer.at("layer");
            EXPECT_EQ(plan.macs, layer.at("macs").get<std::int64_t>()) << layer.at("layer");
            ++layers;
        }
    }
    EXPECT_EQ(layers, 30u);
}

} // namespace
} // namespace arsia
