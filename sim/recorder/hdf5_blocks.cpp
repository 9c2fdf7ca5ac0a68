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
    chunk_ = rows_a_chunk({rows}, width_);
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
/// costs least.
void BlockColumn::write_chunk(std::size_t first, const std::int64_t* values, std::size_t count) {
    last_ = nullptr;
    if (std::equal(values + 1, values + count, values)) {
        if (is_nothing(values[0])) return;
        count = 1;
    }
    if (texts_) {
        codec_.texts(values, count, chunk_, *texts_, filtered_);
    } else {
        codec_.numbers(values, count, chunk_, filtered_);
    }
    last_ = &filtered_;
    hdf5::write_chunk(dataset_, name_, first, *last_);
}

bool BlockColumn::write_like(std::size_t block, const BlockColumn& other) {
    if (chunk_ != rows_a_block || other.chunk_ != chunk_) return false;
    last_ = other.last_;
    if (last_) hdf5::write_chunk(dataset_, name_, block * rows_a_block, *last_);
    return true;
}

} // namespace arsia::hdf5
