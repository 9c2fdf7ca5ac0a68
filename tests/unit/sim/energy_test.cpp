#include "sim/energy.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/support/small_run.h"

namespace arsia {
namespace {

using testing::SmallRun;

/// Only its energy figures are asked for.
class EnergyOnly final : public Design {
public:
    EnergyOnly(double pj_per_mac, double pj_per_memory_byte, double static_w) {
        energy = {pj_per_mac, pj_per_memory_byte, static_w};
    }
    std::optional<std::string> refusal(const Operator&) const override { return "no operator runs on it"; }
    TilePlan plan(const Operator&, const Extents&, std::int64_t) const override { throw std::logic_error("no plan"); }
    Cycles least_cycles(const Operator&, const Extents&) const override { return 0; }
};

TEST(Energy, IsCountTimesFigureByCause) {
    SmallRun run;
    run.platform.links[run.host_a].pj_per_byte = 10;
    run.platform.links[run.a_b].pj_per_byte = 2;
    EnergyOnly on_a(3, 0.5, 20), on_b(100, 4, 1);
    IdVector<NodeId, const Design*> designs(3, nullptr);
    designs[run.a] = &on_a;
    designs[run.b] = &on_b;
    Energy energy = energy_of(run.platform, run.program, run.result, designs);
    EXPECT_DOUBLE_EQ(energy.compute_j, 5000 * 3e-12) << "5000 MACs on a; pooling on b has none";
    EXPECT_DOUBLE_EQ(energy.memory_j, (750 * 0.5 + 320 * 4) * 1e-12);
    EXPECT_DOUBLE_EQ(energy.link_j, (250 * 10 + 200 * 2) * 1e-12);
    EXPECT_DOUBLE_EQ(energy.static_j, 21 * 1.86e-6) << "21 W for 1.86 us";
    EXPECT_DOUBLE_EQ(energy.total_j(), energy.compute_j + energy.memory_j + energy.link_j + energy.static_j);
}

TEST(Energy, NodesWithoutADesignCostNothing) {
    SmallRun run;
    IdVector<NodeId, const Design*> designs(3, nullptr);
    EXPECT_EQ(energy_of(run.platform, run.program, run.result, designs).total_j(), 0);
}

} // namespace
} // namespace arsia
