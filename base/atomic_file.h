// Files that are complete or not there: written under a temporary name and renamed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace arsia {

/// Writes `content` to a file without a name, which then becomes `path`, or the file that a link of this name leads to:
/// a crash leaves the old file or none, a failure (disk full, say) leaves the old file, and throws InputError with the
/// path and the reason. To take the place of an old file, the complete one is called `FILE.tmp-PID` for an instant; a
/// process that is killed then leaves it, and the next one that writes the file removes it. Where the file system has
/// no files without a name, `FILE.tmp-PID` is written and renamed, and a killed process leaves that.
void write_file_atomically(const std::string& path, std::string_view content);

/// The same for a file that grows piece by piece, gone if commit() is never called.
class PendingFile {
public:
    /// Throws InputError if the file cannot be made.
    explicit PendingFile(std::string path);
    ~PendingFile();
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;

    /// All give 0, or the errno of what failed.
    int write_at(std::uint64_t offset, std::string_view content);
    int resize(std::uint64_t size);
    int read_at(std::uint64_t offset, char* out, std::size_t size) const; ///< zeros beyond the end

    /// Throws the InputError that says so.
    [[noreturn]] void fail(int error) const;
    /// Content first, then the name: after a power cut the name must not stand for an empty file. Throws InputError.
    void commit();

private:
    bool link_as(const std::string& name); ///< false: there is such a file
    void remove_leftovers() const;
    void give_name();

    std::string path_;   ///< as it was named, for messages
    std::string target_; ///< what links lead to
    std::string name_;   ///< temporary
    int descriptor_ = -1;
    bool named_ = false; ///< there is a file of that name
    bool renamed_ = false;
};

} // namespace arsia
