#pragma once

#include <cstddef>
#include <fstream>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace arsia::testing {

/// Memory is full when so many bytes are taken beside those that are taken already. As in the program, threads then
/// share the C library's memory: a thread that gets none of its own takes pages for every few bytes.
class AddressSpaceLimit {
public:
#if defined(__SANITIZE_ADDRESS__)
    static constexpr bool works = false; ///< its shadow alone is beyond any limit
#else
    static constexpr bool works = true;
#endif

    explicit AddressSpaceLimit(std::size_t bytes) {
        ::mallopt(M_ARENA_MAX, 1);
        ::getrlimit(RLIMIT_AS, &old_);
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limit{pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes, old_.rlim_max};
        ::setrlimit(RLIMIT_AS, &limit);
    }
    ~AddressSpaceLimit() { ::setrlimit(RLIMIT_AS, &old_); }
    AddressSpaceLimit(const AddressSpaceLimit&) = delete;
    AddressSpaceLimit& operator=(const AddressSpaceLimit&) = delete;

private:
    rlimit old_{};
};

} // namespace arsia::testing
