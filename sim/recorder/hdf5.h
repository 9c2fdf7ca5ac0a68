// HDF5 files made in memory: a thin layer of handles that close themselves and calls that throw.
//
// A file is built as an image in memory and then written by the caller. HDF5 itself never meets a full disk, after
// which it could neither close the file nor let go of it.
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

/// Keeps the library from printing its error stack as long as it lives.
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
    void column(const std::string& name, const Meaning& meaning, const TextColumn& values) const;
    /// `rows` × (values / rows), row by row.
    void matrix(const std::string& name, const Meaning& meaning, std::size_t rows,
                const std::vector<std::int64_t>& values) const;
    void matrix(const std::string& name, const Meaning& meaning, std::size_t rows,
                const std::vector<double>& values) const;

private:
    friend class OutputFile;
    explicit OutputGroup(Handle handle) : handle_(std::move(handle)) {}
    void numbers(const std::string& name, const Meaning& meaning, std::vector<std::uint64_t> shape, Identifier type,
                 const void* values) const;

    Handle handle_;
};

/// A new file in memory.
class OutputFile {
public:
    OutputFile();
    OutputGroup root() const;
    /// The bytes of the file.
    std::string image() const;

private:
    QuietErrors quiet_;
    Handle file_;
};

} // namespace arsia::hdf5
