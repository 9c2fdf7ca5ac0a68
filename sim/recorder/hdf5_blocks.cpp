#include "sim/recorder/hdf5_blocks.h"

#include <algorithm>
#include <stdexcept>

#include <hdf5.h>

#include "sim/recorder/memory_room.h"

namespace arsia::hdf5 {

BlockColumn::BlockColumn(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows,
                         ChunkCodec& codec)
    : codec_(codec), name_(name), type_(checked(H5Tcopy(H5T_NATIVE_INT64), "copy a type"), H5Tclose) {
    make(table, name, meaning, rows);
}

BlockColumn::BlockColumn(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows,
                         const std::vector<std::string>& texts, ChunkCodec& codec)
    : codec_(codec), name_(name), texts_(texts) {
    width_ = texts_->width();
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
    if (!texts_) {
        std::copy_n(reinterpret_cast<const char*>(values), slab_.size(), slab_.data());
        return;
    }
    char* to = slab_.data();
    for (std::size_t row = 0; row < count; ++row, to += width_)
        std::copy_n(texts_->text(static_cast<std::size_t>(values[row])), width_, to);
}

void BlockColumn::write_whole_rows(std::size_t first, std::size_t count) {
    if (count == 0) return;
    require_room();
    hsize_t start = first, extent = count;
    Handle memory{checked(H5Screate_simple(1, &extent, nullptr), "make a data space"), H5Sclose};
    Handle space{checked(H5Dget_space(dataset_.id()), "ask for a data space"), H5Sclose};
    checked(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &start, nullptr, &extent, nullptr), "select rows");
    checked(H5Dwrite(dataset_.id(), type_.id(), memory.id(), space.id(), H5P_DEFAULT, slab_.data()),
            "write dataset '" + name_ + "'");
}

bool BlockColumn::is_nothing(std::int64_t value) const {
    return texts_ ? *texts_->text(static_cast<std::size_t>(value)) == '\0' : value == 0;
}

/// The last chunk is stored whole. What lies behind the last row is never read; the last value is repeated there, which
/// keeps a chunk of one value one of one value.
void BlockColumn::write_chunk(std::size_t first, const std::int64_t* values, std::size_t count) {
    last_ = nullptr;
    bool single = std::equal(values + 1, values + count, values);
    if (single && is_nothing(values[0])) return;
    last_ = single ? &known_ : &several_;
    if (!single || known_.bytes.empty() || known_value_ != values[0]) {
        Chunk& out = single ? known_ : several_;
        if (texts_) {
            codec_.texts(values, count, chunk_, *texts_, out);
        } else {
            codec_.numbers(values, count, chunk_, out);
        }
        known_value_ = single ? values[0] : known_value_;
    }
    hand_over(first, *last_);
}

void BlockColumn::hand_over(std::size_t first, const Chunk& chunk) {
    require_room();
    hsize_t start = first;
    constexpr std::uint32_t no_filter = ~std::uint32_t{0}; // a bit for each that was left out
    std::uint32_t left_out = chunk.filtered ? 0 : no_filter;
    checked(H5Dwrite_chunk(dataset_.id(), H5P_DEFAULT, left_out, &start, chunk.bytes.size(), chunk.bytes.data()),
            "write dataset '" + name_ + "'");
}

bool BlockColumn::write_like(std::size_t block, const BlockColumn& other) {
    if (chunk_ != rows_a_block || other.chunk_ != chunk_) return false;
    last_ = other.last_;
    if (last_) hand_over(block * rows_a_block, *last_);
    return true;
}

} // namespace arsia::hdf5
