#include "traffic/traffic.h"

namespace arsia {

Program program_of(const Traffic& traffic) {
    Program program;
    for (const Demand& demand : traffic) {
        Task task;
        task.kind = TaskKind::transfer;
        task.node = demand.source;
        task.destination = demand.destination;
        task.bytes = demand.bytes;
        task.not_before = demand.start;
        program.add(task);
    }
    return program;
}

Bytes total_bytes(const Traffic& traffic) {
    Bytes sum = 0;
    for (const Demand& demand : traffic) sum = checked_add(sum, demand.bytes, "the sum of all transfers' bytes");
    return sum;
}

} // namespace arsia
