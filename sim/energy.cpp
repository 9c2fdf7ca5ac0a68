#include "sim/energy.h"

#include "models/design.h"

namespace arsia {

namespace {

constexpr double joules_per_picojoule = 1e-12;
constexpr double seconds_per_picosecond = 1e-12;

} // namespace

Energy energy_of(const Platform& platform, const Program& program, const RunResult& result,
                 const IdVector<NodeId, const Design*>& design_of) {
    double compute_pj = 0;
    for (const Task& task : program.tasks()) {
        if (!task.plan.valid()) continue;
        const Design* design = design_of[task.node];
        if (design) compute_pj += design->energy.pj_per_mac * static_cast<double>(program.plan(task.plan).macs);
    }
    double memory_pj = 0;
    double static_w = 0;
    for (NodeId node : ids_of(design_of)) {
        const Design* design = design_of[node];
        if (!design) continue;
        memory_pj += design->energy.pj_per_memory_byte * static_cast<double>(result.nodes[node].memory_bytes);
        static_w += design->energy.static_w;
    }
    double link_pj = 0;
    for (LinkId link : ids_of(platform.links)) {
        link_pj += platform.links[link].pj_per_byte * static_cast<double>(result.links[link].bytes);
    }
    Energy energy;
    energy.compute_j = compute_pj * joules_per_picojoule;
    energy.memory_j = memory_pj * joules_per_picojoule;
    energy.link_j = link_pj * joules_per_picojoule;
    energy.static_j = static_w * static_cast<double>(result.latency) * seconds_per_picosecond;
    return energy;
}

} // namespace arsia
