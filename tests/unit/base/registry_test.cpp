#include "base/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace arsia;

namespace {

struct Entry {
    std::string name;
    int value;
};

std::string error_of(std::vector<Entry>& entries, const Entry& entry) {
    try {
        add_by_name(entries, entry, "kind of fruit");
    } catch (const std::logic_error& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST(Registry, KeepsEntriesSortedByName) {
    std::vector<Entry> entries;
    for (const char* name : {"pear", "apple", "quince", "fig"}) EXPECT_EQ(error_of(entries, {name, 1}), "");
    std::vector<std::string> names;
    for (const Entry& entry : entries) names.push_back(entry.name);
    EXPECT_THAT(names, testing::ElementsAre("apple", "fig", "pear", "quince"));
}

TEST(Registry, RefusesANameThatIsTakenOrMissing) {
    std::vector<Entry> entries = {{"fig", 1}};
    EXPECT_EQ(error_of(entries, {"fig", 2}), "there is a kind of fruit 'fig' already");
    EXPECT_EQ(error_of(entries, {"", 2}), "a kind of fruit without a name cannot be added");
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].value, 1);
}
