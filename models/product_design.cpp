#include "models/product_design.h"

#include "models/tiling.h"
#include "models/vector_unit.h"

namespace arsia {

TilePlan ProductDesign::plan(const Operator& op, const Extents& shard, std::int64_t bits) const {
    TilePlan plan;
    plan.clock = clock;
    plan.macs = multiply_accumulates(op, shard);
    if (op.multiplies())
        append_products(plan, op, shard, bits);
    else
        append_vector_phases(plan, *this, op, shard, bits);
    plan.add_up();
    return plan;
}

Cycles ProductDesign::least_cycles(const Operator& op, const Extents& shard) const {
    return op.multiplies() ? least_product_cycles(op, shard) : least_vector_cycles(*this, op, shard);
}

} // namespace arsia
