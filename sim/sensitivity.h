// What would make a run faster: for each link, memory and engine, the latency if it were twice as fast.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/critical_path.h"
#include "sim/simulator.h"

namespace arsia {

/// What becomes twice as fast together: the bandwidth of links and memories, the clock of compute engines, the set-up
/// of DMA descriptors.
struct SpeedUp {
    std::string kind; ///< links, memory, compute or dma
    std::string name; ///< `acc0->acc1`, `acc0`, `all links` …
    std::vector<LinkId> links;
    std::vector<NodeId> memories, engines, dmas;
    bool is_group = false;
};

/// Every link, memory and compute engine by itself; all links, those of hosts, all memories, all engines, all DMA
/// engines together.
std::vector<SpeedUp> speed_ups(const Platform& platform);

/// The platform with these parts twice as fast. Routes that the platform has given before stay as they are.
Platform faster(const Platform& platform, const SpeedUp& what);
/// The program with the tile plans of these engines at twice the clock.
Program faster(const Program& program, const SpeedUp& what);

/// Whether simulating agrees with the prediction, to 5 % of the simulated latency, and if not, why.
///   agrees   it does
///   moved    another chain of tasks is the critical path now
///   waits    the same chain, but its tasks wait otherwise for others
enum class Agreement : std::uint8_t { agrees, moved, waits };

const char* name_of(Agreement agreement);

struct Sensitivity {
    std::string kind, resource;
    TimePs path_time = 0; ///< part of the critical path that is in proportion to the resource's rate
    TimePs predicted = 0; ///< latency by the path
    TimePs confirmed = 0; ///< latency simulated
    Agreement agreement = Agreement::agrees;
    std::string limited_by; ///< unless it agrees: what takes so much more of the new path than predicted
};

/// A speed-up, and the latency that the critical path lets expect of it.
struct PredictedSpeedUp {
    SpeedUp what;
    TimePs predicted = 0;
};

/// How long the compute tasks of a path take when nothing else goes on, ps: simulated one after the other.
class ComputeTimes {
public:
    struct Times {
        TimePs now = 0, quick_memory = 0, quick_engine = 0;
    };
    ComputeTimes(const Platform& platform, const Program& program, const std::vector<PathStep>& path);
    const Times& of(TaskId id) const { return times_.at(id); }

private:
    std::map<TaskId, Times> times_;
};

/// Predicts from one run, and simulates what it predicts. The same program runs, over the same routes: choices that
/// were made for the slower platform are not made anew. There must be no other Simulator in the process.
///
/// The predicted latency is the sum over the steps of the critical path, each as long as it would be on the faster
/// platform: a transfer alone takes uncontended_time(), a compute task alone what it takes in ComputeTimes. What a
/// transfer took longer is scaled like the time that the busiest stage of its way (links, both memories) was busy, and
/// what a compute task took longer like the time of memory accesses. That another chain of tasks may become the
/// longest is left to the simulation.
class SensitivityStudy {
public:
    /// References must outlive the study.
    SensitivityStudy(const Platform& platform, const Program& program, const RunResult& result);

    /// All groups and the `most` single ones that save most, those first; none that saves nothing.
    std::vector<PredictedSpeedUp> promising(std::size_t most) const;
    Sensitivity confirm(const PredictedSpeedUp& speed_up) const;

private:
    const Platform& platform_;
    const Program& program_;
    const RunResult& result_;
    std::vector<PathStep> path_;
    ComputeTimes compute_;
};

/// Confirms all that is promising; `progress(done, of)` is called before each simulation.
template <class Progress>
std::vector<Sensitivity> sensitivities(const Platform& platform, const Program& program, const RunResult& result,
                                       std::size_t most, Progress progress) {
    SensitivityStudy study(platform, program, result);
    std::vector<Sensitivity> out;
    std::vector<PredictedSpeedUp> promising = study.promising(most);
    for (const PredictedSpeedUp& speed_up : promising) {
        progress(out.size(), promising.size());
        out.push_back(study.confirm(speed_up));
    }
    return out;
}

} // namespace arsia
