// Random networks of unequal links and long transfers against progressive filling.
#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/support/test_platform.h"
#include "tests/support/validation_rows.h"
#include "tests/validation/sim/max_min.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

constexpr std::uint64_t networks = 60;

/// Three to eight nodes, a random tree of two-way links of 1 to 20 GB/s and up to three more.
TestPlatform random_network(Random& random, Bytes burst) {
    TestPlatform on(burst);
    auto nodes = 3 + random.below(6);
    auto two_way = [&](std::uint64_t a, std::uint64_t b) {
        Bandwidth rate{(1 + random.below(20)) * 8'000'000'000};
        on.link(NodeId(a), NodeId(b), rate);
        on.link(NodeId(b), NodeId(a), rate);
    };
    for (std::uint64_t i = 0; i < nodes; ++i) {
        on.accelerator({Bytes(1) << 40, ample, 0}, {64, 0});
        if (i > 0) two_way(random.below(i), i);
    }
    for (std::uint64_t more = random.below(4); more > 0; --more) {
        std::uint64_t a = random.below(nodes), b = random.below(nodes);
        if (a != b) two_way(a, b);
    }
    return on;
}

struct Errors {
    double mean = 0, worst = 0;
};

/// Of the finish times of all transfers, over all networks. The same seeds give the same networks and traffic whatever
/// the burst.
Errors errors_at(Bytes burst) {
    double sum = 0, worst = 0;
    int count = 0;
    for (std::uint64_t seed = 0; seed < networks; ++seed) {
        Random random(seed);
        TestPlatform on = random_network(random, burst);
        Program program;
        std::vector<Flow> flows;
        for (std::uint64_t more = 2 + random.below(10); more > 0; --more) {
            NodeId a(random.below(on.platform.nodes.size())), b(random.below(on.platform.nodes.size()));
            if (a == b) continue;
            Bytes bytes = (Bytes(16) << 20) + Bytes(random.below(48 << 20));
            program.add(transfer(a, b, bytes));
            flows.push_back({on.platform.route(a, b), double(bytes)});
        }
        Simulator simulator(on.platform);
        const RunResult& result = simulator.run(program);
        std::vector<double> finishes = max_min_finishes(on.platform, flows);
        for (std::size_t i = 0; i < flows.size(); ++i) {
            double error = relative_error(double(result.tasks[TaskId(i)].end) / 1e12, finishes[i]);
            sum += error;
            worst = std::max(worst, error);
            ++count;
        }
    }
    return {sum / count, worst};
}

} // namespace

// Finish times of single transfers jump where the order of two ends flips, so the mean is held tighter than the worst.
TEST(RandomSharing, ComesNearerToMaxMinAsBurstsGetSmaller) {
    struct Asked {
        Bytes burst;
        double mean, worst;
    };
    double mean_before = 1;
    for (Asked asked : {Asked{256 << 10, 0.02, 0.2}, Asked{64 << 10, 0.005, 0.05}, Asked{16 << 10, 0.002, 0.02}}) {
        Errors errors = errors_at(asked.burst);
        auto row = [&](const char* which, double error, double tolerance) {
            validation_row(fmt::format("{} random networks, transfers of 16 to 64 MiB, burst {} KiB: {}", networks,
                                       asked.burst >> 10, which),
                           "progressive filling", error, tolerance);
        };
        row("mean", errors.mean, asked.mean);
        row("worst transfer", errors.worst, asked.worst);
        EXPECT_LE(errors.mean, asked.mean) << asked.burst;
        EXPECT_LE(errors.worst, asked.worst) << asked.burst;
        EXPECT_LT(errors.mean, mean_before) << asked.burst;
        mean_before = errors.mean;
    }
}
