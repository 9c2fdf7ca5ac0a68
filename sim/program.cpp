#include "sim/program.h"

#include <algorithm>

namespace arsia {

const char* name_of(TaskKind kind) {
    switch (kind) {
    case TaskKind::compute: return "compute";
    case TaskKind::transfer: return "transfer";
    case TaskKind::reduce: return "reduce";
    case TaskKind::reconfigure: return "reconfigure";
    case TaskKind::join: return "join";
    }
    return "";
}

const char* name_of(Purpose purpose) {
    switch (purpose) {
    case Purpose::none: return "none";
    case Purpose::input: return "input";
    case Purpose::output: return "output";
    case Purpose::activation: return "activation";
    case Purpose::weights: return "weights";
    case Purpose::partial_sum: return "partial_sum";
    case Purpose::shared_shard: return "shared_shard";
    case Purpose::collective: return "collective";
    }
    return "";
}

void Program::clear() {
    tasks_.clear();
    edges_.clear();
    plans_.clear();
    buffers_.clear();
}

std::shared_ptr<const TilePlan> reduction_plan(int operands, Bytes bytes, Bytes tile, Bytes width_bytes,
                                               Frequency clock) {
    auto plan = std::make_shared<TilePlan>();
    plan->clock = clock;
    auto phase = [&](std::int64_t repeat, Bytes size) {
        if (repeat == 0 || size == 0) return;
        TileStep step{1, size * operands, 0, std::max<Cycles>(1, divide_up(size * (operands - 1), width_bytes))};
        plan->phases.push_back({repeat, {step}, size});
    };
    phase(bytes / tile, tile);
    phase(1, bytes % tile);
    plan->add_up();
    return plan;
}

} // namespace arsia
