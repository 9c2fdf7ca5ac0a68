#include "sim/recorder/hdf5_blocks.h"

#include <algorithm>
#include <stdexcept>

#include <hdf5.h>
#include <zlib.h>

#include "sim/recorder/memory_room.h"

namespace arsia::hdf5 {

class ChunkCodec {
public:
    ChunkCodec() {
        constexpr int fastest = 1; // the tables are so repetitive that higher levels gain little and cost time
        if (deflateInit(&stream_, fastest) != Z_OK) throw Failure("cannot begin to compress");
    }
    ~ChunkCodec() { deflateEnd(&stream_); }
    ChunkCodec(const ChunkCodec&) = delete;
    ChunkCodec& operator=(const ChunkCodec&) = delete;

    /// HDF5's shuffle (first bytes of all rows, then second ones …) and deflate.
    const std::string& encode(const std::string& rows, std::size_t width) {
        shuffle(rows, width);
        packed_.resize(deflateBound(&stream_, shuffled_.size()));
        deflateReset(&stream_);
        stream_.next_in = reinterpret_cast<Bytef*>(shuffled_.data());
        stream_.avail_in = static_cast<uInt>(shuffled_.size());
        stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
        stream_.avail_out = static_cast<uInt>(packed_.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) throw std::logic_error("a chunk did not compress");
        packed_.resize(stream_.total_out);
        return packed_;
    }

private:
    void shuffle(const std::string& rows, std::size_t width) {
        std::size_t count = rows.size() / width;
        shuffled_.resize(rows.size());
        for (std::size_t byte = 0; byte < width; ++byte) {
            const char* from = rows.data() + byte;
            char* to = shuffled_.data() + byte * count;
            for (std::size_t row = 0; row < count; ++row, from += width) to[row] = *from;
        }
    }

    z_stream stream_{};
    std::string shuffled_, packed_;
};

std::unique_ptr<ChunkCodec, void (*)(ChunkCodec*)> make_codec() {
    return {new ChunkCodec, [](ChunkCodec* codec) { delete codec; }};
}

BlockColumn::BlockColumn(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows,
                         ChunkCodec& codec)
    : codec_(codec), name_(name), type_(checked(H5Tcopy(H5T_NATIVE_INT64), "copy a type"), H5Tclose) {
    make(table, name, meaning, rows);
}

BlockColumn::BlockColumn(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows,
                         const std::vector<std::string>& texts, ChunkCodec& codec)
    : codec_(codec), name_(name), width_(1), is_text_(true) {
    for (const std::string& text : texts) width_ = std::max(width_, text.size());
    texts_.assign(texts.size() * width_, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(&texts_[i * width_], width_);
    type_ = fixed_text_type(width_);
    make(table, name, meaning, rows);
}

void BlockColumn::make(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows) {
    dataset_ = table.dataset(name, meaning, type_.id(), {rows});
    Handle properties{checked(H5Dget_create_plist(dataset_.id()), "ask for chunks"), H5Pclose};
    hsize_t chunk = 0;
    if (H5Pget_layout(properties.id()) == H5D_CHUNKED)
        checked(H5Pget_chunk(properties.id(), 1, &chunk), "ask for chunks");
    chunk_ = chunk;
}

void BlockColumn::write(std::size_t block, const std::vector<std::int64_t>& values) {
    require_room();
    std::size_t first = block * rows_a_block;
    if (chunk_ == 0) {
        encode(values.data(), values.size());
        return write_whole_rows(first, values.size());
    }
    for (std::size_t at = 0; at < values.size(); at += chunk_)
        write_chunk(first + at, values.data() + at, std::min(chunk_, values.size() - at));
}

void BlockColumn::encode(const std::int64_t* values, std::size_t count) {
    slab_.resize(count * width_);
    if (!is_text_) {
        std::copy_n(reinterpret_cast<const char*>(values), slab_.size(), slab_.data());
        return;
    }
    char* to = slab_.data();
    for (std::size_t row = 0; row < count; ++row, to += width_)
        std::copy_n(texts_.data() + static_cast<std::size_t>(values[row]) * width_, width_, to);
}

void BlockColumn::write_whole_rows(std::size_t first, std::size_t count) {
    if (count == 0) return;
    hsize_t start = first, extent = count;
    Handle memory{checked(H5Screate_simple(1, &extent, nullptr), "make a data space"), H5Sclose};
    Handle space{checked(H5Dget_space(dataset_.id()), "ask for a data space"), H5Sclose};
    checked(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &start, nullptr, &extent, nullptr), "select rows");
    checked(H5Dwrite(dataset_.id(), type_.id(), memory.id(), space.id(), H5P_DEFAULT, slab_.data()),
            "write dataset '" + name_ + "'");
}

void BlockColumn::write_chunk(std::size_t first, const std::int64_t* values, std::size_t count) {
    bool single = std::all_of(values, values + count, [&](std::int64_t value) { return value == values[0]; });
    const std::string* packed = &known_chunk_;
    if (!single || known_chunk_.empty() || known_value_ != values[0]) {
        encode(values, count);
        if (single && slab_.find_first_not_of('\0') == std::string::npos) return;
        // The last chunk is stored whole; what lies behind the last row is never read, and repeating one row there
        // keeps a chunk of one value one of one value.
        slab_.reserve(chunk_ * width_);
        for (std::size_t row = count; row < chunk_; ++row) slab_.append(slab_, slab_.size() - width_, width_);
        packed = &codec_.encode(slab_, width_);
        if (single) {
            known_value_ = values[0];
            known_chunk_ = *packed;
        }
    }
    hsize_t start = first;
    checked(H5Dwrite_chunk(dataset_.id(), H5P_DEFAULT, 0, &start, packed->size(), packed->data()),
            "write dataset '" + name_ + "'");
}

} // namespace arsia::hdf5
