// Reading HDF5 files that may be anything: each call says what it misses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/recorder/hdf5.h"

namespace arsia::hdf5 {

enum class ValueKind { integer, real, text };

/// A file opened for reading. Objects are named by their path in the file (`tasks/start`, `/` for the root group).
/// Everything throws InputError that begins with the file's name.
class InputFile {
public:
    /// Tells apart: no such file, a folder, not readable, empty, not HDF5, HDF5 without a seal, and a seal that does
    /// not fit: truncated or damaged. Of the last two the library sees nothing.
    explicit InputFile(std::string path);
    /// A file whose bytes are in memory; `name` stands for it in errors.
    InputFile(std::string name, const std::string& image);

    const std::string& path() const { return path_; }
    [[noreturn]] void refuse(const std::string& reason) const;

    bool has(const std::string& object) const;
    bool has_attribute(const std::string& object, const std::string& name) const;
    std::string text_attribute(const std::string& object, const std::string& name) const;
    std::int64_t integer_attribute(const std::string& object, const std::string& name) const;

    /// Names of a group's members, in the order in which they were made.
    std::vector<std::string> members(const std::string& group) const;
    ValueKind kind(const std::string& dataset) const;
    /// Number of rows (the first extent); 1 for a scalar.
    std::uint64_t rows(const std::string& dataset) const;
    /// All elements, row by row.
    std::vector<std::int64_t> integers(const std::string& dataset) const;
    std::vector<double> reals(const std::string& dataset) const;
    /// Texts of fixed or variable length.
    std::vector<std::string> texts(const std::string& dataset) const;

private:
    Handle open_dataset(const std::string& dataset) const;
    Handle open_attribute(const std::string& object, const std::string& name) const;

    std::string path_;
    QuietErrors quiet_;
    Handle file_;
};

} // namespace arsia::hdf5
