#include "sim/recorder/hdf5_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

#include <hdf5.h>

#include "base/atomic_file.h"
#include "sim/recorder/seal.h"

namespace arsia::hdf5 {

/// The file below, and what it could not take.
struct DiskFile::Disk {
    explicit Disk(const std::string& path) : file(path) {}

    /// False: out of memory; only then HDF5 must know.
    bool write(haddr_t address, std::string_view content) {
        if (error == 0) error = file.write_at(address, content);
        length = std::max<haddr_t>(length, address + content.size());
        if (error == 0) return true;
        try {
            kept.push_back({address, std::string(content)});
        } catch (const std::bad_alloc&) { // must not pass through the library
            error = ENOMEM;
            return false;
        }
        return true;
    }
    void read(haddr_t address, char* out, std::size_t size) {
        if (int failed = file.read_at(address, out, size); failed != 0 && error == 0) error = failed;
        for (const Piece& piece : kept) { // in the order of writing: the last one counts
            haddr_t begin = std::max(address, piece.address);
            haddr_t end = std::min<haddr_t>(address + size, piece.address + piece.content.size());
            if (begin < end) std::memcpy(out + (begin - address), &piece.content[begin - piece.address], end - begin);
        }
    }

    void resize(haddr_t bytes) {
        if (error == 0) error = file.resize(bytes);
        length = bytes;
    }

    void seal() {
        constexpr haddr_t piece_bytes = haddr_t{1} << 20;
        std::string piece;
        Seal seal;
        for (haddr_t at = seal_bytes; at < length && error == 0; at += piece.size()) {
            piece.resize(std::min(piece_bytes, length - at));
            error = file.read_at(at, piece.data(), piece.size());
            seal.add(piece);
        }
        if (error == 0) error = file.write_at(0, seal.text());
    }

    struct Piece {
        haddr_t address;
        std::string content;
    };
    PendingFile file;
    haddr_t length = 0;
    int error = 0; ///< errno of the first failure
    std::vector<Piece> kept;
};

namespace {

/// What HDF5 holds of an open file; it casts between this and its first member.
template <class Disk>
struct OpenFile {
    H5FD_t base;
    Disk* disk;
    haddr_t end_of_allocation, end_of_file;

    static OpenFile& of(H5FD_t* file) { return *reinterpret_cast<OpenFile*>(file); }
    static const OpenFile& of(const H5FD_t* file) { return *reinterpret_cast<const OpenFile*>(file); }

    static H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
        auto* disk = static_cast<Disk* const*>(H5Pget_driver_info(access));
        OpenFile* opened = disk ? new (std::nothrow) OpenFile{{}, *disk, 0, 0} : nullptr;
        return opened ? &opened->base : nullptr;
    }
    static herr_t close(H5FD_t* file) {
        delete &of(file);
        return 0;
    }
    static herr_t query(const H5FD_t*, unsigned long* flags) {
        *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA;
        return 0;
    }
    static haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_allocation; }
    static herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
        of(file).end_of_allocation = address;
        return 0;
    }
    static haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_file; }
    static herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* out) {
        of(file).disk->read(address, static_cast<char*>(out), size);
        return 0;
    }
    static herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* content) {
        if (!of(file).disk->write(address, {static_cast<const char*>(content), size})) return -1;
        of(file).end_of_file = std::max<haddr_t>(of(file).end_of_file, address + size);
        return 0;
    }
    /// A file ends where what is allocated in it ends: by this HDF5 knows one that was cut off.
    static herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
        OpenFile& opened = of(file);
        if (opened.end_of_file != opened.end_of_allocation) opened.disk->resize(opened.end_of_allocation);
        opened.end_of_file = opened.end_of_allocation;
        return 0;
    }

    static H5FD_class_t driver() {
        H5FD_class_t out{};
        out.name = "arsia";
        out.maxaddr = static_cast<haddr_t>(1) << 62;
        out.fc_degree = H5F_CLOSE_WEAK;
        out.fapl_size = sizeof(Disk*);
        out.open = open;
        out.close = close;
        out.query = query;
        out.get_eoa = get_eoa;
        out.set_eoa = set_eoa;
        out.get_eof = get_eof;
        out.read = read;
        out.write = write;
        out.truncate = truncate;
        return out;
    }
};

} // namespace

DiskFile::DiskFile(const std::string& path) : disk_(std::make_unique<Disk>(path)) {
    H5FD_class_t driver_class = OpenFile<Disk>::driver();
    Handle driver{checked(H5FDregister(&driver_class), "register a file driver"), H5FDunregister};
    Handle access{checked(H5Pcreate(H5P_FILE_ACCESS), "make a property list"), H5Pclose};
    Disk* disk = disk_.get();
    checked(H5Pset_driver(access.id(), driver.id(), &disk), "choose a file driver");
    file_ = create_file(path, access);
}

DiskFile::~DiskFile() { give_up(); }

OutputGroup DiskFile::root() const {
    require_room();
    return OutputGroup::root_of(file_);
}

void DiskFile::check() const {
    if (disk_->error != 0) disk_->file.fail(disk_->error);
}

void DiskFile::complete() {
    give_up();
    require_room();
    file_ = {};
    check();
    disk_->seal();
    check();
    disk_->file.commit();
}

} // namespace arsia::hdf5
