#include "sim/recorder/hdf5.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <type_traits>

#include <hdf5.h>

#include "sim/recorder/chunk_codec.h"
#include "sim/recorder/memory_room.h"
#include "sim/recorder/seal.h"

namespace arsia::hdf5 {

static_assert(std::is_same_v<hid_t, Identifier>, "this layer is for HDF5 1.10 and newer");

namespace {

/// Datasets up to this size are stored as they are; larger ones in compressed chunks of about this size.
constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr std::size_t most_rows = 32 * 1024; ///< of a chunk
constexpr unsigned deflate_level = 1; // the tables are so repetitive that higher levels gain little and cost time

/// Called for each entry of the error stack, from the innermost out; keeps the first.
herr_t keep_innermost(unsigned depth, const H5E_error2_t* entry, void* out) {
    if (depth == 0 && entry->desc) *static_cast<std::string*>(out) = entry->desc;
    return 0;
}

Handle property_list(hid_t kind) { return {checked(H5Pcreate(kind), "make a property list"), H5Pclose}; }

/// No time stamps: the same run gives the same bytes.
Handle group_properties(hid_t kind) {
    Handle list = property_list(kind);
    checked(H5Pset_link_creation_order(list.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "keep the order");
    checked(H5Pset_obj_track_times(list.id(), false), "leave out time stamps");
    return list;
}

/// Text of variable length: what h5py gives back as `str`.
Handle text_type() {
    Handle type{checked(H5Tcopy(H5T_C_S1), "make a text type"), H5Tclose};
    checked(H5Tset_size(type.id(), H5T_VARIABLE), "make a text type");
    checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a text type");
    return type;
}

Handle scalar_space() { return {checked(H5Screate(H5S_SCALAR), "make a data space"), H5Sclose}; }

/// Conversion, compression and the library's caches hold data of a call up to so many times.
constexpr std::size_t copies = 4;

/// The caller has seen to it that there is room.
void write_attribute(hid_t object, const std::string& name, hid_t type, const void* value) {
    Handle space = scalar_space();
    Handle attribute{checked(H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                             "make attribute '" + name + "'"),
                     H5Aclose};
    checked(H5Awrite(attribute.id(), type, value), "write attribute '" + name + "'");
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
    const char* text = value.c_str();
    write_attribute(object, name, text_type().id(), &text);
}

} // namespace

Identifier checked(Identifier result, const std::string& what) {
    if (result >= 0) return result;
    std::string reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
    throw Failure("cannot " + what + (reason.empty() ? "" : " (" + reason + ")"));
}

QuietErrors::QuietErrors() {
    require_room();
    // Where memory was too scarce to close a file, the library's own closing at exit crashes or does not end. What is
    // worth keeping is closed by then. It takes effect before the library's first other call.
    H5dont_atexit();
    H5Eget_auto2(H5E_DEFAULT, &report_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, report_, data_); }

std::size_t rows_a_chunk(const std::vector<std::uint64_t>& shape, std::size_t element_bytes) {
    std::size_t bytes = std::accumulate(shape.begin(), shape.end(), element_bytes, std::multiplies<>());
    if (shape.empty() || bytes <= chunk_bytes) return 0;
    std::size_t fit = std::max<std::size_t>(1, chunk_bytes / (bytes / shape[0]));
    if (shape.size() > 1) return fit;
    std::size_t rows = 1; // a power of two, so that blocks of rows are made of whole chunks
    while (rows * 2 <= std::min(fit, most_rows)) rows *= 2;
    return rows;
}

void write_chunk(const Handle& dataset, const std::string& name, std::size_t first, const std::string& chunk) {
    require_room();
    hsize_t start[H5S_MAX_RANK] = {first};
    checked(H5Dwrite_chunk(dataset.id(), H5P_DEFAULT, 0, start, chunk.size(), chunk.data()),
            "write dataset '" + name + "'");
}

TextColumn TextColumn::of(std::vector<std::string> texts) {
    TextColumn column;
    column.rows.resize(texts.size());
    std::iota(column.rows.begin(), column.rows.end(), 0U);
    column.texts = std::move(texts);
    return column;
}

OutputGroup OutputGroup::group(const std::string& name) const {
    require_room();
    Handle properties = group_properties(H5P_GROUP_CREATE);
    return OutputGroup(
        {checked(H5Gcreate2(handle_.id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), "make a group"),
         H5Gclose});
}

Handle OutputGroup::dataset(const std::string& name, const Meaning& meaning, Identifier type,
                            const std::vector<std::uint64_t>& shape) const {
    require_room();
    std::vector<hsize_t> extents(shape.begin(), shape.end());
    Handle space = scalar_space();
    if (!extents.empty()) {
        auto rank = static_cast<int>(extents.size());
        space = {checked(H5Screate_simple(rank, extents.data(), nullptr), "make a data space"), H5Sclose};
    }
    Handle properties = property_list(H5P_DATASET_CREATE);
    checked(H5Pset_obj_track_times(properties.id(), false), "leave out time stamps");
    if (std::size_t rows = rows_a_chunk(shape, H5Tget_size(type))) {
        std::vector<hsize_t> chunk = extents;
        chunk[0] = rows;
        checked(H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()), "cut into chunks");
        bool shuffled = H5Tget_class(type) != H5T_STRING || H5Tget_size(type) <= TextList::widest_shuffled;
        if (shuffled) checked(H5Pset_shuffle(properties.id()), "shuffle");
        checked(H5Pset_deflate(properties.id(), deflate_level), "compress");
    }
    Handle out{
        checked(H5Dcreate2(handle_.id(), name.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                "make dataset '" + name + "'"),
        H5Dclose};
    write_attribute(out.id(), "unit", meaning.unit);
    write_attribute(out.id(), "description", meaning.description);
    return out;
}

OutputGroup OutputGroup::root_of(const Handle& file) {
    return OutputGroup({checked(H5Gopen2(file.id(), "/", H5P_DEFAULT), "open the root group"), H5Gclose});
}

/// Text of at most `width` bytes, which is stored with the data and so compresses.
Handle fixed_text_type(std::size_t width) {
    Handle type{checked(H5Tcopy(H5T_C_S1), "make a text type"), H5Tclose};
    checked(H5Tset_size(type.id(), width), "make a text type");
    checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a text type");
    checked(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "make a text type");
    return type;
}

void OutputGroup::attribute(const std::string& name, const std::string& value) const {
    require_room(usual_room + copies * value.size());
    write_attribute(handle_.id(), name, value);
}

void OutputGroup::attribute(const std::string& name, std::int64_t value) const {
    require_room();
    write_attribute(handle_.id(), name, H5T_NATIVE_INT64, &value);
}

void OutputGroup::numbers(const std::string& name, const Meaning& meaning, std::vector<std::uint64_t> shape,
                          Identifier type, const void* values) const {
    std::size_t bytes = H5Tget_size(type), chunk_rows = rows_a_chunk(shape, bytes);
    Handle filled = dataset(name, meaning, type, shape);
    // The codec takes numbers of 64 bits, real ones too: its filters see bits only. HDF5 itself writes all others.
    if (chunk_rows > 0 && H5Tget_class(type) != H5T_STRING && bytes == sizeof(std::int64_t)) {
        std::size_t row = std::accumulate(shape.begin() + 1, shape.end(), std::size_t{1}, std::multiplies<>());
        ChunkCodec codec;
        std::string chunk;
        std::vector<std::int64_t> part;
        for (std::size_t first = 0; first < shape[0]; first += chunk_rows) {
            std::size_t rows = std::min<std::size_t>(chunk_rows, shape[0] - first);
            part.resize(rows * row);
            std::memcpy(part.data(), static_cast<const char*>(values) + first * row * bytes, rows * row * bytes);
            codec.numbers(part.data(), part.size(), chunk_rows * row, chunk);
            write_chunk(filled, name, first, chunk);
        }
        return;
    }
    // A chunk holds one row at least.
    for (std::size_t dimension = 1; dimension < shape.size(); ++dimension) bytes *= shape[dimension];
    require_room(usual_room + copies * bytes);
    checked(H5Dwrite(filled.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write dataset '" + name + "'");
}

void OutputGroup::scalar(const std::string& name, const Meaning& meaning, std::int64_t value) const {
    numbers(name, meaning, {}, H5T_NATIVE_INT64, &value);
}

void OutputGroup::scalar(const std::string& name, const Meaning& meaning, double value) const {
    numbers(name, meaning, {}, H5T_NATIVE_DOUBLE, &value);
}

void OutputGroup::scalar(const std::string& name, const Meaning& meaning, const std::string& value) const {
    require_room(usual_room + copies * value.size());
    const char* text = value.c_str();
    numbers(name, meaning, {}, text_type().id(), &text);
}

void OutputGroup::column(const std::string& name, const Meaning& meaning,
                         const std::vector<std::int64_t>& values) const {
    numbers(name, meaning, {values.size()}, H5T_NATIVE_INT64, values.data());
}

void OutputGroup::column(const std::string& name, const Meaning& meaning, const std::vector<double>& values) const {
    numbers(name, meaning, {values.size()}, H5T_NATIVE_DOUBLE, values.data());
}

void OutputGroup::matrix(const std::string& name, const Meaning& meaning, std::size_t rows,
                         const std::vector<std::int64_t>& values) const {
    numbers(name, meaning, {rows, rows == 0 ? 0 : values.size() / rows}, H5T_NATIVE_INT64, values.data());
}

void OutputGroup::matrix(const std::string& name, const Meaning& meaning, std::size_t rows,
                         const std::vector<double>& values) const {
    numbers(name, meaning, {rows, rows == 0 ? 0 : values.size() / rows}, H5T_NATIVE_DOUBLE, values.data());
}

void OutputGroup::column(const std::string& name, const Meaning& meaning, const TextColumn& values) const {
    std::size_t width = 1;
    for (const std::string& text : values.texts) width = std::max(width, text.size());
    std::string slab(values.rows.size() * width, '\0');
    for (std::size_t row = 0; row < values.rows.size(); ++row)
        values.texts[values.rows[row]].copy(&slab[row * width], width);
    numbers(name, meaning, {values.rows.size()}, fixed_text_type(width).id(), slab.data());
}

Handle create_file(const std::string& name, const Handle& access) {
    Handle creation = group_properties(H5P_FILE_CREATE);
    checked(H5Pset_userblock(creation.id(), seal_bytes), "leave room for a seal");
    return {checked(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), "make a file"), H5Fclose};
}

OutputFile::OutputFile() {
    Handle access = property_list(H5P_FILE_ACCESS);
    constexpr std::size_t growth = 1024 * 1024;
    checked(H5Pset_fapl_core(access.id(), growth, false), "make a file in memory");
    file_ = create_file("arsia-in-memory", access);
}

std::string OutputFile::image() const {
    checked(H5Fflush(file_.id(), H5F_SCOPE_LOCAL), "complete the file");
    std::int64_t size = checked(H5Fget_file_image(file_.id(), nullptr, 0), "measure the file");
    std::string bytes(static_cast<std::size_t>(size), '\0'); // from behind the user block on
    checked(H5Fget_file_image(file_.id(), bytes.data(), bytes.size()), "copy the file");
    Seal seal;
    seal.add(bytes);
    return seal.text() + bytes;
}

} // namespace arsia::hdf5
