// Columns that are filled while their values become known.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/recorder/hdf5.h"

namespace arsia::hdf5 {

/// Shuffles and deflates chunks as HDF5's own filters do, but faster: with one set of buffers for all.
class ChunkCodec;

/// Rows of all columns come in blocks of so many; the last block of a column may have fewer.
constexpr std::size_t rows_a_block = 32 * 1024;

/// One column of a table, filled block by block in any order, each block once.
///
/// Large columns are compressed here and handed to HDF5 chunk by chunk, so that its filters and caches have nothing to
/// do. A chunk in which nothing stands but zeros or empty texts is left out: HDF5 reads it as such. One that holds a
/// single value is compressed once.
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

private:
    void make(const OutputGroup& table, const std::string& name, const Meaning& meaning, std::size_t rows);
    /// The bytes of `count` rows, into `slab_`.
    void encode(const std::int64_t* values, std::size_t count);
    void write_whole_rows(std::size_t first, std::size_t count);
    void write_chunk(std::size_t first, const std::int64_t* values, std::size_t count);

    ChunkCodec& codec_;
    std::string name_;
    Handle type_, dataset_;
    std::size_t width_ = sizeof(std::int64_t); ///< bytes a row
    std::size_t chunk_ = 0;                    ///< rows; 0: stored as it is
    bool is_text_ = false;
    std::string texts_; ///< one after the other, `width_` bytes each
    std::string slab_;

    // The last chunk of one value only:
    std::int64_t known_value_ = 0;
    std::string known_chunk_; ///< compressed; empty: there was none
};

std::unique_ptr<ChunkCodec, void (*)(ChunkCodec*)> make_codec();

} // namespace arsia::hdf5
