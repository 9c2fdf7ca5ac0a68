#include "models/plan_of.h"

#include <fmt/format.h>

#include "base/overflow.h"

namespace arsia {

TilePlan plan_of(const Design& design, const Operator& op, const Extents& shard, std::int64_t element_bits) {
    try {
        TilePlan plan = design.plan(op, shard, element_bits);
        cycles_time(plan.compute_cycles, plan.clock);
        return plan;
    } catch (const OverflowError& error) {
        throw error.about(fmt::format("operator {} on design {}", op.name, design.name));
    }
}

} // namespace arsia
