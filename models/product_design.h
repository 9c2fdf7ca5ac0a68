// A design with one unit for operators that multiply and accumulate, and the vector unit for all others.
#pragma once

#include "models/design.h"

namespace arsia {

class ProductDesign : public Design {
public:
    TilePlan plan(const Operator& op, const Extents& shard, std::int64_t element_bits) const final;
    Cycles least_cycles(const Operator& op, const Extents& shard) const final;

protected:
    /// Adds the phases of a shard of an operator that multiplies; the plan's clock and MACs are set.
    virtual void append_products(TilePlan& plan, const Operator& op, const Extents& shard,
                                 std::int64_t element_bits) const = 0;
    /// least_cycles() of an operator that multiplies.
    virtual Cycles least_product_cycles(const Operator& op, const Extents& shard) const = 0;
};

} // namespace arsia
