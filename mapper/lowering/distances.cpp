#include "mapper/lowering/distances.h"

namespace arsia {

std::int32_t Distances::find(NodeId from, NodeId to) const {
    if (!platform_->reachable(from, to)) return unreachable;
    return static_cast<std::int32_t>(platform_->route(from, to).size());
}

} // namespace arsia
