#include "base/output_path.h"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {
namespace {

namespace fs = std::filesystem;

class OutputPath : public ::testing::Test {
protected:
    OutputPath() : folder_(fs::canonical(::testing::TempDir()) / ("arsia-output-path-" + std::to_string(::getpid()))) {
        fs::create_directories(folder_ / "far");
        std::ofstream(path("file")) << "text";
    }
    ~OutputPath() override { fs::remove_all(folder_); }

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void link(const char* name, const std::string& target) const { fs::create_symlink(target, path(name)); }

    template <class Ask>
    static std::string refusal_of(Ask ask, const std::string& path) {
        try {
            ask(path);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }
    static std::string refusal(const std::string& path) { return refusal_of(require_writable, path); }
    static std::string folder_refusal(const std::string& path) { return refusal_of(require_folder_writable, path); }

    fs::path folder_;
};

TEST_F(OutputPath, AskingMakesNothing) {
    EXPECT_EQ(refusal(path("out")), "");
    EXPECT_EQ(folder_refusal(path("out/of/it")), "");
    EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(OutputPath, SaysWhatStandsInTheWay) {
    EXPECT_EQ(refusal(path("none/out")),
              path("none/out") + ": cannot write: there is no folder '" + path("none") + "'");
    EXPECT_EQ(refusal(path("file/out")), path("file/out") + ": cannot write: '" + path("file") + "' is not a folder");
    EXPECT_EQ(refusal(folder_.string()), folder_.string() + ": cannot write: it is a folder; name a file");
    EXPECT_EQ(refusal("/dev/null"), "/dev/null: cannot write: it exists and is not a regular file");
    EXPECT_EQ(refusal(""), "cannot write: the file name is empty");
}

TEST_F(OutputPath, FollowsLinks) {
    EXPECT_EQ(output_file(path("file")), path("file"));
    EXPECT_EQ(output_file("plain"), "plain");
    link("one", "far/../file");
    link("two", path("one"));
    link("dangling", "far/new");
    EXPECT_EQ(output_file(path("two")), path("far/../file"));
    EXPECT_EQ(output_file(path("dangling")), path("far/new"));
}

TEST_F(OutputPath, LinksThatLeadNowhereAreRefused) {
    link("circle", "other");
    link("other", "circle");
    link("astray", "none/file");
    link("through", "file/below");
    link("folder", "far");
    link("device", "/dev/null");
    EXPECT_EQ(refusal(path("circle")), path("circle") + ": cannot write: its links lead in a circle");
    EXPECT_EQ(refusal(path("astray")), path("astray") + ": cannot write: there is no folder '" + path("none") + "'");
    EXPECT_EQ(refusal(path("through")), path("through") + ": cannot write: '" + path("file") + "' is not a folder");
    EXPECT_EQ(refusal(path("folder")), path("folder") + ": cannot write: it is a folder; name a file");
    EXPECT_EQ(refusal(path("device")), path("device") + ": cannot write: it exists and is not a regular file");
}

TEST_F(OutputPath, WhatAProcessHasOpenIsRefused) {
    int descriptor = ::open(path("file").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(descriptor, 0);
    std::string open_file = fmt::format("/proc/self/fd/{}", descriptor);
    link("link", open_file);
    std::string reason =
        fmt::format(": cannot write: '{}' stands for what a process has open; name the file itself", open_file);
    EXPECT_EQ(refusal(open_file), open_file + reason);
    EXPECT_EQ(refusal(path("link")), path("link") + reason);
    EXPECT_THAT(refusal(fmt::format("/dev/fd/{}", descriptor)), ::testing::HasSubstr("name the file itself"));
    EXPECT_EQ(refusal("/proc/self/mem"), "/proc/self/mem: cannot write: /proc holds no files of users");
    ::close(descriptor);

    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    std::string pipe = fmt::format("/proc/self/fd/{}", ends[1]);
    EXPECT_EQ(refusal(pipe), pipe + ": cannot write: it exists and is not a regular file");
    for (int end : ends) ::close(end);
}

TEST_F(OutputPath, SaysWhyAFolderCannotBeMade) {
    link("dangling", "far/new");
    link("circle", "circle");
    EXPECT_EQ(folder_refusal(path("far")), "");
    EXPECT_EQ(folder_refusal(path("dangling")), "");
    EXPECT_EQ(folder_refusal(path("file")), path("file") + ": cannot be made a folder: it is a file");
    EXPECT_EQ(folder_refusal(path("file/a/b")),
              path("file/a/b") + ": cannot be made a folder: '" + path("file") + "' is not a folder");
    EXPECT_NE(folder_refusal(path("circle/a")), "");
    EXPECT_EQ(folder_refusal(""), "cannot be made a folder: the name is empty");
}

TEST_F(OutputPath, MakesFoldersAndThoseAbove) {
    link("dangling", "far/new");
    for (const char* name : {"a/b/c", "d/", "far", "dangling"}) {
        make_folder(path(name));
        EXPECT_TRUE(fs::is_directory(path(name))) << name;
    }
    EXPECT_TRUE(fs::is_symlink(path("dangling")));
    EXPECT_THROW(make_folder(path("file/a")), InputError);
}

TEST_F(OutputPath, PlacesOfFilesThatAreNotThere) {
    link("link", "far/new");
    link("folder", "far");
    link("circle", "circle");
    EXPECT_EQ(place_of(path("./far/../x")), path("x"));
    EXPECT_EQ(place_of(path("none/../x/")), path("x"));
    EXPECT_EQ(place_of(path("link")), path("far/new"));
    EXPECT_EQ(place_of(path("folder/x")), path("far/x"));
    EXPECT_EQ(place_of(path("folder/")), path("far"));
    EXPECT_EQ(place_of("x"), (fs::canonical(".") / "x").string());
    EXPECT_EQ(place_of(path("circle")), path("circle"));
    EXPECT_EQ(place_of("/"), "/");
}

TEST_F(OutputPath, TheSameFileByAnotherName) {
    link("link", "file");
    link("dangling", "new");
    link("folder", ".");
    fs::create_hard_link(path("file"), path("hard"));
    std::ofstream(path("copy")) << "text";
    for (const char* name : {"file", "./file", "far/../file", "link", "folder/file", "folder/link", "hard"})
        EXPECT_TRUE(same_file(path("file"), path(name))) << name;
    for (const char* name : {"new", "./new", "dangling", "folder/new", "new/"})
        EXPECT_TRUE(same_file(path("new"), path(name))) << name;
    EXPECT_TRUE(same_file("new", (fs::canonical(".") / "new").string()));
    for (const char* name : {"copy", "new", "none/file", "far"})
        EXPECT_FALSE(same_file(path("file"), path(name))) << name;
    for (const char* name : {"file", "newer", "far/new"}) EXPECT_FALSE(same_file(path("new"), path(name))) << name;
}

} // namespace
} // namespace arsia
