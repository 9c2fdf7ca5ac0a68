// HDF5 files that grow on disk, and that a full disk cannot break.
//
// HDF5 can neither close a file that it cannot write nor let go of it. So a driver of ours stands between the library
// and the disk: once a write has failed, that and all later ones are kept in memory, HDF5 goes on in peace, and the
// failure is told when the caller asks. The file is sealed (sim/recorder/seal.h) when it is complete.
#pragma once

#include <memory>
#include <string>

#include "sim/recorder/hdf5.h"
#include "sim/recorder/memory_room.h"

namespace arsia::hdf5 {

/// A new file under a temporary name, which takes its place with complete(); without that nothing stays.
class DiskFile {
public:
    /// Throws InputError if the file cannot be made, std::bad_alloc if there is no memory to work with it.
    explicit DiskFile(const std::string& path);
    ~DiskFile();
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;

    OutputGroup root() const;
    /// Throws InputError with the file's name and the reason if something could not be written. To be asked now and
    /// then: what is written after a failure takes memory.
    void check() const;
    /// To be called before groups are closed of a file that will not be completed: closing takes memory, and that may
    /// be why the file is given up.
    void give_up() { room_.release(); }
    /// Closes the file, seals it and gives it its name. No group of it may be open. Throws InputError.
    void complete();

private:
    struct Disk;
    ReservedRoom room_;
    std::unique_ptr<Disk> disk_;
    QuietErrors quiet_;
    Handle file_;
};

} // namespace arsia::hdf5
