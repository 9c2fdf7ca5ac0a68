// Columns that are filled while their values become known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/recorder/chunk_codec.h"
#include "sim/recorder/hdf5.h"

namespace arsia::hdf5 {

/// Rows of all columns come in blocks of so many; the last block of a column may have fewer.
constexpr std::size_t rows_a_block = 32 * 1024;

/// One column of a table, filled block by block in any order, each block once.
///
/// Large columns are compressed here and handed to HDF5 chunk by chunk, so that its filters and caches have nothing to
/// do. A chunk in which nothing stands but zeros or empty texts is left out: HDF5 reads it as such.
class BlockColumn {
public:
    /// `rows` whole numbers.
    BlockColumn(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows,
                ChunkCodec& codec);
    /// `rows` texts, given as rows of `texts`.
    BlockColumn(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows,
                const std::vector<std::string>& texts, ChunkCodec& codec);

    /// The values of block number `block`; of texts, their rows in the list.
    void write(std::size_t block, const std::vector<std::int64_t>& values);
    /// The values that `other`, a column of the same type (and list of texts), wrote last: what it made of them is
    /// taken. False, and nothing is written, where that cannot be.
    bool write_like(std::size_t block, const BlockColumn& other);

private:
    void make(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows);
    /// The bytes of `count` rows, into `slab_`.
    void encode(const std::int64_t* values, std::size_t count);
    void write_whole_rows(std::size_t first, std::size_t count);
    void write_chunk(std::size_t first, const std::int64_t* values, std::size_t count);
    bool is_nothing(std::int64_t value) const;

    ChunkCodec& codec_;
    std::string name_;
    Handle type_, dataset_;
    std::size_t width_ = sizeof(std::int64_t); ///< bytes a row
    std::size_t chunk_ = 0;                    ///< rows; 0: stored as it is
    std::optional<TextList> texts_;
    std::string slab_;                  ///< rows as they are
    std::string filtered_;              ///< the last chunk made here
    const std::string* last_ = nullptr; ///< the last chunk handed over; nullptr: left out
};

} // namespace arsia::hdf5
