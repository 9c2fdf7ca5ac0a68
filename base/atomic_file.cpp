#include "base/atomic_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw InputError({Problem{path, 0, "", "cannot write: " + reason}});
}

std::string reason_of(int error) { return std::generic_category().message(error); }

/// An open file that is closed and removed unless it was renamed to its place.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& target)
        : target_(target), name_(fmt::format("{}.tmp-{}", target, ::getpid())),
          descriptor_(::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
        if (descriptor_ < 0) refuse(target_, reason_of(errno));
    }
    ~TemporaryFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!renamed_) ::unlink(name_.c_str());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    void write(std::string_view content) {
        while (!content.empty()) {
            ssize_t written = ::write(descriptor_, content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) refuse(target_, reason_of(errno));
            content.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    /// Content first, then the name: after a power cut the name must not stand for an empty file.
    void rename_to_target() {
        if (::fsync(descriptor_) != 0 && errno != EINVAL) refuse(target_, reason_of(errno));
        int closed = ::close(descriptor_);
        descriptor_ = -1;
        if (closed != 0) refuse(target_, reason_of(errno));
        if (std::rename(name_.c_str(), target_.c_str()) != 0) refuse(target_, reason_of(errno));
        renamed_ = true;
    }

private:
    std::string target_;
    std::string name_;
    int descriptor_;
    bool renamed_ = false;
};

} // namespace

void require_writable(const std::string& path) {
    if (path.empty()) throw InputError("cannot write: the file name is empty");
    std::error_code ignored;
    fs::path folder = fs::path(path).parent_path();
    if (folder.empty()) folder = ".";
    if (!fs::exists(folder, ignored)) refuse(path, fmt::format("there is no folder '{}'", folder.string()));
    if (!fs::is_directory(folder, ignored)) refuse(path, fmt::format("'{}' is not a folder", folder.string()));
    if (fs::is_directory(path, ignored)) refuse(path, "it is a folder; name a file");
    if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
        refuse(path, "it exists and is not a regular file");
    }
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        refuse(path, fmt::format("folder '{}': {}", folder.string(), reason_of(errno)));
    }
}

void write_file_atomically(const std::string& path, std::string_view content) {
    require_writable(path);
    TemporaryFile file(path);
    file.write(content);
    file.rename_to_target();
}

} // namespace arsia
