#include "base/atomic_file.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/output_path.h"

namespace arsia {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw InputError({Problem{path, 0, "", "cannot write: " + reason}});
}

std::string reason_of(int error) { return std::generic_category().message(error); }

std::string path_of(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

/// A file in the folder of `target` that has no name yet, so that nothing is left of it whatever ends the process.
/// Below 0 where the file system has no such files, or where it could not be named afterwards.
int open_nameless(const std::string& target) {
    fs::path folder = fs::path(target).parent_path();
    if (folder.empty()) folder = ".";
    int descriptor = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
    if (descriptor < 0 || ::access(path_of(descriptor).c_str(), F_OK) == 0) return descriptor;
    ::close(descriptor);
    return -1;
}

} // namespace

PendingFile::PendingFile(std::string path) : path_(std::move(path)), target_(output_file(path_)) {
    name_ = fmt::format("{}.tmp-{}", target_, ::getpid());
    descriptor_ = open_nameless(target_);
    named_ = descriptor_ < 0;
    if (named_) descriptor_ = ::open(name_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) refuse(path_, reason_of(errno));
}

PendingFile::~PendingFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (named_ && !renamed_) ::unlink(name_.c_str());
}

int PendingFile::write_at(std::uint64_t offset, std::string_view content) {
    while (!content.empty()) {
        ssize_t written = ::pwrite(descriptor_, content.data(), content.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        content.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return 0;
}

int PendingFile::resize(std::uint64_t size) {
    return ::ftruncate(descriptor_, static_cast<off_t>(size)) == 0 ? 0 : errno;
}

int PendingFile::read_at(std::uint64_t offset, char* out, std::size_t size) const {
    while (size > 0) {
        ssize_t got = ::pread(descriptor_, out, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) break;
        out += got;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    std::memset(out, 0, size);
    return 0;
}

void PendingFile::fail(int error) const { refuse(path_, reason_of(error)); }

bool PendingFile::link_as(const std::string& name) {
    if (::linkat(AT_FDCWD, path_of(descriptor_).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
    if (errno != EEXIST) fail(errno);
    return false;
}

/// What killed processes left in the moment of give_name().
void PendingFile::remove_leftovers() const {
    fs::path folder = fs::path(target_).parent_path();
    std::string begin = fs::path(target_).filename().string() + ".tmp-";
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.empty() ? "." : folder, ignored)) {
        std::string name = entry.path().filename().string();
        if (name.compare(0, begin.size(), begin) != 0) continue;
        pid_t process = 0;
        const char* end = name.data() + name.size();
        auto [stop, error] = std::from_chars(name.data() + begin.size(), end, process);
        if (error != std::errc() || stop != end || process <= 0) continue;
        bool alive = ::kill(process, 0) == 0 || errno != ESRCH;
        if (!alive || process == ::getpid()) ::unlink(entry.path().c_str());
    }
}

/// A link cannot take the place of the old file, as a rename does, so the file has its temporary name for a moment.
void PendingFile::give_name() {
    remove_leftovers();
    if (!link_as(name_)) fail(EEXIST);
    named_ = true;
}

void PendingFile::commit() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL) fail(errno);
    bool in_place = !named_ && link_as(target_);
    if (!in_place && !named_) give_name();
    int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) fail(errno);
    if (in_place) return;
    if (std::rename(name_.c_str(), target_.c_str()) != 0) fail(errno);
    renamed_ = true;
}

void write_file_atomically(const std::string& path, std::string_view content) {
    PendingFile file(path);
    if (int error = file.write_at(0, content)) file.fail(error);
    file.commit();
}

} // namespace arsia
