#include "base/output_path.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40; // as Linux has it

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw InputError({Problem{path, 0, "", "cannot write: " + reason}});
}

[[noreturn]] void refuse_folder(const std::string& path, const std::string& reason) {
    throw InputError({Problem{path, 0, "", "cannot be made a folder: " + reason}});
}

std::string reason_of(int error) { return std::generic_category().message(error); }

fs::path folder_of(const fs::path& file) {
    fs::path folder = file.parent_path();
    return folder.empty() ? "." : folder;
}

bool may_write_in(const fs::path& folder) {
    return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

bool is_link(const fs::path& path) {
    std::error_code ignored;
    return fs::is_symlink(fs::symlink_status(path, ignored));
}

/// What the link is to; relative ones begin at its folder.
fs::path target_of(const fs::path& link, std::error_code& error) {
    return link.parent_path() / fs::read_symlink(link, error);
}

bool in_proc(const fs::path& folder) {
    std::error_code ignored;
    fs::path real = fs::canonical(folder, ignored);
    return real == "/proc" || real.native().rfind("/proc/", 0) == 0;
}

bool in_dev(const fs::path& folder) {
    std::error_code ignored;
    return fs::canonical(folder, ignored) == "/dev";
}

void require_folder_of(const fs::path& file, const std::string& path) {
    std::error_code ignored;
    fs::path folder = folder_of(file);
    if (!fs::exists(folder, ignored)) refuse(path, fmt::format("there is no folder '{}'", folder.string()));
    if (!fs::is_directory(folder, ignored)) refuse(path, fmt::format("'{}' is not a folder", folder.string()));
}

void require_access(const fs::path& folder, const std::string& path) {
    if (!may_write_in(folder)) refuse(path, fmt::format("folder '{}': {}", folder.string(), reason_of(errno)));
}

/// Asks the system, which may forbid to follow a link (in /tmp one of another user) that we could follow by hand.
void require_regular_or_missing(const std::string& path) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) refuse(path, "it is a folder; name a file");
        if (!S_ISREG(status.st_mode)) refuse(path, "it exists and is not a regular file");
    } else if (errno == ELOOP) {
        refuse(path, "its links lead in a circle");
    } else if (int error = errno; error != ENOENT && error != ENOTDIR) {
        if (error == EACCES) require_access(folder_of(path), path); // says more
        refuse(path, reason_of(error));
    }
}

} // namespace

std::string output_file(const std::string& path) {
    if (path.empty()) throw InputError("cannot write: the file name is empty");
    require_folder_of(path, path);
    require_regular_or_missing(path);
    fs::path at = path;
    for (int links = 0; is_link(at); ++links) {
        if (links == most_links) refuse(path, "its links lead in a circle");
        if (in_dev(folder_of(at)) || in_proc(folder_of(at)))
            refuse(path, fmt::format("'{}' stands for what a process has open; name the file itself", at.string()));
        std::error_code error;
        at = target_of(at, error);
        if (error) refuse(path, reason_of(error.value()));
        require_folder_of(at, path);
    }
    fs::path folder = folder_of(at);
    if (in_proc(folder)) refuse(path, "/proc holds no files of users");
    require_access(folder, path);
    return at.string();
}

void require_writable(const std::string& path) { output_file(path); }

void require_folder_writable(const std::string& path) {
    if (path.empty()) throw InputError("cannot be made a folder: the name is empty");
    std::error_code ignored;
    fs::path above = place_of(path); // or itself
    while (!fs::exists(fs::symlink_status(above, ignored)) && above.has_relative_path()) above = above.parent_path();
    if (!fs::is_directory(above, ignored)) {
        bool itself = above == place_of(path);
        refuse_folder(path, itself ? "it is a file" : fmt::format("'{}' is not a folder", above.string()));
    }
    if (!may_write_in(above)) refuse_folder(path, fmt::format("folder '{}': {}", above.string(), reason_of(errno)));
}

void make_folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(place_of(path), error);
    if (error) refuse_folder(path, error.message());
}

std::string place_of(const std::string& path) {
    std::error_code ignored;
    fs::path at = fs::absolute(path, ignored);
    if (!at.has_filename()) at = at.parent_path(); // `folder/`
    for (int links = 0; links < most_links && is_link(at); ++links) {
        std::error_code error;
        fs::path target = target_of(at, error);
        if (error) break;
        at = target;
    }
    std::error_code error;
    fs::path real = fs::weakly_canonical(at, error);
    if (error) real = at.lexically_normal();
    return (real.has_filename() ? real : real.parent_path()).string();
}

bool same_file(const std::string& one, const std::string& other) {
    struct stat a;
    struct stat b;
    bool there = ::stat(one.c_str(), &a) == 0, other_there = ::stat(other.c_str(), &b) == 0;
    if (there && other_there) return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    return there == other_there && place_of(one) == place_of(other);
}

} // namespace arsia
