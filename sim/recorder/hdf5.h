// Making HDF5 files: a thin layer of handles that close themselves and calls that throw.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace arsia::hdf5 {

using Identifier = std::int64_t; ///< HDF5's hid_t, so that users of this header need no HDF5

/// A call of the library failed; the text is what the call was for and the library's own innermost reason.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws Failure if the result of a call is negative, its way to say no.
Identifier checked(Identifier result, const std::string& what);

/// An open HDF5 object.
class Handle {
public:
    using Close = int (*)(Identifier);

    Handle() = default;
    Handle(Identifier id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Handle() {
        if (id_ >= 0) close_(id_);
    }
    Identifier id() const { return id_; }

private:
    Identifier id_ = -1;
    Close close_ = nullptr;
};

/// Keeps the library from printing its error stack in this thread as long as it lives. What begins with HDF5 begins
/// with this: it throws std::bad_alloc where memory is too scarce for the library to start.
class QuietErrors {
public:
    QuietErrors();
    ~QuietErrors();
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;

private:
    using Report = int (*)(Identifier, void*);
    Report report_ = nullptr;
    void* data_ = nullptr;
};

/// What a dataset's numbers mean; becomes its attributes `unit` and `description`.
struct Meaning {
    std::string unit;
    std::string description;
};

/// A column of texts of which many are equal: the distinct ones, and which of them stands in each row.
struct TextColumn {
    std::vector<std::string> texts;
    std::vector<std::uint32_t> rows;

    /// A column whose texts all stand once, in this order.
    static TextColumn of(std::vector<std::string> texts);
};

/// A group that is being filled. Members keep the order in which they were made.
class OutputGroup {
public:
    OutputGroup group(const std::string& name) const;

    void attribute(const std::string& name, const std::string& value) const;
    void attribute(const std::string& name, std::int64_t value) const;

    void scalar(const std::string& name, const Meaning& meaning, std::int64_t value) const;
    void scalar(const std::string& name, const Meaning& meaning, double value) const;
    void scalar(const std::string& name, const Meaning& meaning, const std::string& value) const;

    void column(const std::string& name, const Meaning& meaning, const std::vector<std::int64_t>& values) const;
    void column(const std::string& name, const Meaning& meaning, const std::vector<double>& values) const;
    void column(const std::string& name, const Meaning& meaning, const TextColumn& values) const;
    /// `rows` × (values / rows), row by row.
    void matrix(const std::string& name, const Meaning& meaning, std::size_t rows,
                const std::vector<std::int64_t>& values) const;
    void matrix(const std::string& name, const Meaning& meaning, std::size_t rows,
                const std::vector<double>& values) const;

    /// An empty dataset of `shape` (empty: scalar) with its attributes, for those who fill it themselves. It has the
    /// chunks of rows_a_chunk().
    Handle dataset(const std::string& name, const Meaning& meaning, Identifier type,
                   const std::vector<std::uint64_t>& shape) const;
    static OutputGroup root_of(const Handle& file);

private:
    explicit OutputGroup(Handle handle) : handle_(std::move(handle)) {}
    void numbers(const std::string& name, const Meaning& meaning, std::vector<std::uint64_t> shape, Identifier type,
                 const void* values) const;

    Handle handle_;
};

/// Rows of each chunk of a dataset of this shape: of a matrix as many as fit in 256 KiB, of a column a power of two.
/// 0: it is not larger than that, and stored as it is, without chunks and filters.
std::size_t rows_a_chunk(const std::vector<std::uint64_t>& shape, std::size_t element_bytes);

/// Hands over a chunk that begins with row `first` of the dataset and has passed its filters.
void write_chunk(const Handle& dataset, const std::string& name, std::size_t first, const std::string& chunk);

/// A new empty file with our properties and room for a seal; `access` says through which driver.
Handle create_file(const std::string& name, const Handle& access);

/// Text of at most `width` bytes, which is stored with the data and so compresses.
Handle fixed_text_type(std::size_t width);

/// A new file in memory.
class OutputFile {
public:
    OutputFile();
    OutputGroup root() const { return OutputGroup::root_of(file_); }
    /// The bytes of the file, sealed.
    std::string image() const;

private:
    QuietErrors quiet_;
    Handle file_;
};

} // namespace arsia::hdf5
