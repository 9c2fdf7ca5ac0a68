#pragma once

#include <sys/resource.h>

namespace arsia::bench {

/// Largest resident size of this process so far, bytes. Of one benchmark only if it runs alone in its process.
inline double peak_resident_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    constexpr double bytes_per_unit = 1024; // Linux counts in KiB
    return bytes_per_unit * static_cast<double>(usage.ru_maxrss);
}

} // namespace arsia::bench
