#include "sim/recorder/memory_room.h"

#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace arsia::hdf5 {

namespace {

constexpr std::size_t reserved = std::size_t{8} << 20; // closing a file takes less

/// Pages that nobody touches cost address space only; that is what limits are about.
void* map(std::size_t bytes) {
    void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? nullptr : pages;
}

} // namespace

void require_room(std::size_t bytes) {
    if (void* pages = map(bytes)) {
        ::munmap(pages, bytes);
        return;
    }
    // The C library may have it set aside for this thread. It is asked second, since from what is freed it learns to
    // keep as much.
    void* memory = std::malloc(bytes);
    if (!memory) throw std::bad_alloc();
    std::free(memory);
}

ReservedRoom::ReservedRoom() : pages_(map(reserved)) {
    if (!pages_) throw std::bad_alloc();
}

void ReservedRoom::release() {
    if (pages_) ::munmap(pages_, reserved);
    pages_ = nullptr;
}

} // namespace arsia::hdf5
