#include "base/atomic_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"

namespace arsia {
namespace {

namespace fs = std::filesystem;

class AtomicFile : public ::testing::Test {
protected:
    AtomicFile() : folder_(fs::path(::testing::TempDir()) / ("arsia-atomic-" + std::to_string(::getpid()))) {
        fs::create_directories(folder_);
    }
    ~AtomicFile() override { fs::remove_all(folder_); }

    std::string path(const char* name) const { return (folder_ / name).string(); }
    static std::string content_of(const std::string& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    fs::path folder_;
};

TEST_F(AtomicFile, HoldsTheContentAndNothingElseIsLeft) {
    std::string content("one\0two\n", 8);
    write_file_atomically(path("out"), content);
    EXPECT_EQ(content_of(path("out")), content);
    write_file_atomically(path("out"), "");
    EXPECT_EQ(content_of(path("out")), "");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

/// The number of a process that has ended.
pid_t ended_process() {
    pid_t process = ::fork();
    if (process == 0) ::_exit(0);
    ::waitpid(process, nullptr, 0);
    return process;
}

TEST_F(AtomicFile, RemovesWhatKilledProcessesLeft) {
    std::string left = path("out") + ".tmp-" + std::to_string(ended_process());
    std::string of_another = path("out") + ".tmp-" + std::to_string(::getppid()), no_number = path("out") + ".tmp-1x",
                of_another_file = path("about") + ".tmp-" + std::to_string(ended_process());
    write_file_atomically(path("out"), "old");
    for (const std::string& each : {left, of_another, no_number, of_another_file}) std::ofstream(each) << "left";
    write_file_atomically(path("out"), "new");
    EXPECT_EQ(content_of(path("out")), "new");
    EXPECT_FALSE(fs::exists(left));
    for (const std::string& each : {of_another, no_number, of_another_file}) EXPECT_TRUE(fs::exists(each)) << each;
}

TEST_F(AtomicFile, FollowsLinksAlsoToFilesThatAreNotThere) {
    fs::create_directory(folder_ / "far");
    fs::create_symlink("far/file", path("link"));
    fs::create_symlink(folder_ / "link", path("first"));
    for (const char* content : {"new", "newer"}) {
        write_file_atomically(path("first"), content);
        EXPECT_EQ(content_of(path("far/file")), content);
    }
    EXPECT_EQ(fs::read_symlink(path("first")), folder_ / "link");
    EXPECT_EQ(fs::read_symlink(path("link")), "far/file");
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path("far/file"))));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 3);
}

TEST_F(AtomicFile, RemovesWhatKilledProcessesLeftWhereALinkLeads) {
    fs::create_directory(folder_ / "far");
    fs::create_symlink("far/file", path("link"));
    std::string number = std::to_string(ended_process());
    std::string left = path("far/file") + ".tmp-" + number, beside_the_link = path("link") + ".tmp-" + number;
    for (const std::string& each : {path("far/file"), left, beside_the_link}) std::ofstream(each) << "old";
    write_file_atomically(path("link"), "new");
    EXPECT_EQ(content_of(path("far/file")), "new");
    EXPECT_FALSE(fs::exists(left));
    EXPECT_TRUE(fs::exists(beside_the_link));
}

TEST_F(AtomicFile, AFailureNamesThePathThatWasGiven) {
    fs::create_symlink("file", path("link"));
    PendingFile file(path("link"));
    try {
        file.fail(ENOSPC);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.what(), path("link") + ": cannot write: No space left on device");
    }
}

} // namespace
} // namespace arsia
