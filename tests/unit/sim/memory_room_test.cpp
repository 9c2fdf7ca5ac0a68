#include "sim/recorder/memory_room.h"

#include <new>

#include <gtest/gtest.h>

#include "sim/recorder/hdf5.h"
#include "tests/support/address_space_limit.h"

namespace arsia::hdf5 {
namespace {

using testing::AddressSpaceLimit;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

TEST(MemoryRoom, IsThereOrNot) {
    EXPECT_NO_THROW(require_room());
    EXPECT_THROW(require_room(std::size_t{1} << 60), std::bad_alloc);
    if (!AddressSpaceLimit::works)
        GTEST_SKIP() << "the address sanitizer sets more address space aside than a limit leaves";
    AddressSpaceLimit limit(64 * mebibyte);
    EXPECT_NO_THROW(require_room());
    EXPECT_NO_THROW(require_room(48 * mebibyte)) << "what was asked for before is not kept";
    EXPECT_THROW(require_room(512 * mebibyte), std::bad_alloc);
}

TEST(MemoryRoom, ReservedIsThereWhenReleased) {
    if (!AddressSpaceLimit::works)
        GTEST_SKIP() << "the address sanitizer sets more address space aside than a limit leaves";
    ReservedRoom room;
    AddressSpaceLimit limit(0);
    EXPECT_THROW(ReservedRoom(), std::bad_alloc);
    room.release();
    EXPECT_NO_THROW(ReservedRoom());
    room.release(); // nothing more to release
}

TEST(MemoryRoom, WithoutItHdf5IsNotCalled) {
    if (!AddressSpaceLimit::works)
        GTEST_SKIP() << "the address sanitizer sets more address space aside than a limit leaves";
    OutputFile file;
    OutputGroup root = file.root();
    {
        AddressSpaceLimit limit(0);
        EXPECT_THROW(root.group("group"), std::bad_alloc);
        EXPECT_THROW(root.attribute("attribute", 3), std::bad_alloc);
        EXPECT_THROW(root.column("column", {"1", ""}, std::vector<std::int64_t>{1, 2, 3}), std::bad_alloc);
        EXPECT_THROW(OutputFile(), std::bad_alloc);
    }
    root.attribute("attribute", 3);
    EXPECT_GT(file.image().size(), 512U);
}

} // namespace
} // namespace arsia::hdf5
