#include <algorithm>
#include <vector>

#include "sim/simulator.h"

namespace arsia {

IdVector<NodeId, Bytes> peak_memory(const Platform& platform, const Program& program, const RunResult& result) {
    struct Change {
        TimePs time;
        bool takes; ///< what is given back at an instant is given back before anything is taken
        Bytes bytes;

        bool operator<(const Change& other) const {
            return time != other.time ? time < other.time : takes < other.takes;
        }
    };
    IdVector<NodeId, std::vector<Change>> changes(platform.nodes.size());
    for (const Buffer& buffer : program.buffers()) {
        TimePs taken = buffer.first.valid() ? result.tasks[buffer.first].start : 0;
        changes[buffer.node].push_back({taken, true, buffer.bytes});
        if (buffer.users.empty()) continue;
        TimePs free = 0;
        for (TaskId user : buffer.users) free = std::max(free, result.tasks[user].end);
        changes[buffer.node].push_back({free, false, buffer.bytes});
    }
    IdVector<NodeId, Bytes> peaks(platform.nodes.size(), 0);
    for (NodeId node : ids_of(changes)) {
        std::sort(changes[node].begin(), changes[node].end());
        Bytes live = 0;
        for (const Change& change : changes[node]) {
            live += change.takes ? change.bytes : -change.bytes;
            peaks[node] = std::max(peaks[node], live);
        }
    }
    return peaks;
}

} // namespace arsia
