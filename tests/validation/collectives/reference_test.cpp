// Collectives against ASTRA-sim's congestion-aware network: tests/data/network.json. Both store and forward a message
// whole at every hop; its endpoint delay is the set-up of a descriptor here, and the one more at the end is the notice
// of completion. It cuts the time of every step to whole nanoseconds; that and the memory make up the difference.
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "collectives/collective.h"
#include "sim/simulator.h"
#include "tests/support/validation_rows.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

constexpr double tolerance = 0.01;

struct Case {
    std::string topology, operation, algorithm;
    int count = 0;
    Bytes bytes = 0;
    std::int64_t bytes_per_second = 0;
    double latency_ns = 0, setup_ns = 0, time_ns = 0;
};

std::vector<Case> cases() {
    std::vector<Case> out;
    for (const YAML::Node& entry : YAML::LoadFile(ARSIA_TEST_DATA "/network.json")["collectives"])
        out.push_back({entry["topology"].as<std::string>(), entry["operation"].as<std::string>(),
                       entry["algorithm"].as<std::string>(), entry["counts"][0].as<int>(), entry["bytes"].as<Bytes>(),
                       entry["bandwidth_bytes_per_s"].as<std::int64_t>(), entry["link_latency_ns"].as<double>(),
                       entry["endpoint_delay_ns"].as<double>(), entry["time_ns"].as<double>()});
    return out;
}

Platform platform_of(const Case& c) {
    static const std::map<std::string, std::string> kinds = {
        {"Ring", "ring"}, {"FullyConnected", "fully_connected"}, {"Switch", "switch"}};
    return read_topology_text(fmt::format(
        "format: arsia-topology/1\nname: reference\n"
        "generate: {{kind: {}, count: {}, link: {{bandwidth: {} B/s, latency: {} ns}}}}\n"
        "accelerator: {{memory: {{capacity: 64 GiB, bandwidth: 1000000 GB/s, latency: 0 ns}}, dma: {{channels: {}, "
        "setup: {} ns}}}}\nburst: message\n",
        kinds.at(c.topology), c.count, c.bytes_per_second, c.latency_ns, c.count, c.setup_ns));
}

/// `all_reduce` and `halvingDoubling` in the names used here.
std::string spelled(const std::string& name) {
    std::string out;
    for (char letter : name) {
        if (letter == '_')
            out += '-';
        else if (letter >= 'A' && letter <= 'Z')
            (out += '-') += static_cast<char>(letter - 'A' + 'a');
        else
            out += letter;
    }
    return out;
}

TEST(Collectives, AgreeWithAstraSimWithinOnePercent) {
    std::map<std::string, double> worst; // by algorithm
    int checked = 0;
    fmt::print("{:<15}{:>3}  {:<15}{:<19}{:>10}{:>14}{:>14}{:>9}\n", "topology", "n", "operation", "algorithm", "bytes",
               "ASTRA-sim, ns", "arsia, ns", "error");
    for (const Case& c : cases()) {
        Platform platform = platform_of(c);
        CollectiveSpec spec;
        spec.operation = operation_named(spelled(c.operation));
        spec.algorithm = algorithm_named(spelled(c.algorithm));
        spec.ranks = platform.accelerators();
        spec.bytes = c.bytes;
        spec.completion = true;
        Program program;
        append_collective(program, platform, spec);
        Simulator simulator(platform);
        double time_ns = static_cast<double>(simulator.run(program).latency) / 1000;
        double error = (time_ns - c.time_ns) / c.time_ns;
        fmt::print("{:<15}{:>3}  {:<15}{:<19}{:>10}{:>14.0f}{:>14.1f}{:>8.3f}%\n", c.topology, c.count,
                   spelled(c.operation), spelled(c.algorithm), c.bytes, c.time_ns, time_ns, 100 * error);
        EXPECT_NEAR(time_ns, c.time_ns, tolerance * c.time_ns)
            << c.topology << " " << c.count << " " << c.operation << " " << c.algorithm << " " << c.bytes;
        double& largest = worst[spelled(c.algorithm)];
        largest = std::max(largest, std::abs(error));
        ++checked;
    }
    for (const auto& [algorithm, error] : worst)
        validation_row(fmt::format("collectives by {}, largest error", algorithm), "ASTRA-sim, congestion-aware", error,
                       tolerance);
    EXPECT_EQ(checked, 68);
}

} // namespace
