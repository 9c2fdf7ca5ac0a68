// The checkpoint of a search (HDF5, sealed, `arsia-checkpoint/1`): what it was told so far, so that it can be told
// again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.h"

namespace arsia {

/// A search is a pure function of these and of what it is told.
struct SearchIdentity {
    std::string version; ///< of arsia
    std::string workload, workload_digest;
    std::string topology, topology_digest;
    std::string designs_digest; ///< of all designs that the topology allows
    std::string search;
    std::uint64_t seed = 0;
    std::uint64_t evaluations = 0; ///< budget by number; 0: none

    friend bool operator==(const SearchIdentity& a, const SearchIdentity& b);
};

/// Why the checkpoint's identity is another than ours, one line a difference; empty if it is the same.
std::vector<std::string> differences(const SearchIdentity& checkpoint, const SearchIdentity& ours);

struct SearchCheckpoint {
    SearchIdentity identity;
    double seconds = 0;                  ///< that the search has run
    std::vector<std::int64_t> mappings;  ///< digest of each mapping that was simulated, in the order of proposal
    std::vector<std::int64_t> latencies; ///< of each, ps; −1: illegal
    /// Of each, where the search looks at them: pJ, bytes; −1: not known. Both empty where it does not.
    std::vector<std::int64_t> energies, peak_memories;
};

/// Under a temporary name first: a crash leaves the checkpoint before. Throws InputError with path and reason.
void write_checkpoint(const std::string& path, const SearchCheckpoint& checkpoint);

/// Throws InputError that says what is wrong: missing, not HDF5, damaged, another format, a dataset missing.
SearchCheckpoint read_checkpoint(const std::string& path);

} // namespace arsia
