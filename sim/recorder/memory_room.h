// Room for libraries that cannot do without memory.
//
// Where an allocation fails in HDF5, the library ends the process, keeps its lock for ever, or follows a null pointer.
// So nothing is asked of it before it is known that there is room for the answer.
#pragma once

#include <cstddef>

namespace arsia::hdf5 {

/// More than the library takes to start, or for any one call, beside what the call's data takes.
constexpr std::size_t usual_room = std::size_t{16} << 20;

/// Throws std::bad_alloc unless so many bytes can be allocated now.
void require_room(std::size_t bytes = usual_room);

/// Memory set aside for what must be done when there is no more.
class ReservedRoom {
public:
    /// Throws std::bad_alloc.
    ReservedRoom();
    ~ReservedRoom() { release(); }
    ReservedRoom(const ReservedRoom&) = delete;
    ReservedRoom& operator=(const ReservedRoom&) = delete;

    void release();

private:
    void* pages_;
};

} // namespace arsia::hdf5
