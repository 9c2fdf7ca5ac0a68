#include "base/atomic_file.h"

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
    static std::string refusal(const std::string& path) {
        try {
            require_writable(path);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }
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

TEST_F(AtomicFile, AskingDoesNotMakeTheFile) {
    EXPECT_EQ(refusal(path("out")), "");
    EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(AtomicFile, SaysWhatStandsInTheWay) {
    EXPECT_EQ(refusal(path("none/out")),
              path("none/out") + ": cannot write: there is no folder '" + path("none") + "'");
    EXPECT_EQ(refusal(folder_.string()), folder_.string() + ": cannot write: it is a folder; name a file");
    EXPECT_EQ(refusal("/dev/null"), "/dev/null: cannot write: it exists and is not a regular file");
    EXPECT_EQ(refusal(""), "cannot write: the file name is empty");
}

} // namespace
} // namespace arsia
