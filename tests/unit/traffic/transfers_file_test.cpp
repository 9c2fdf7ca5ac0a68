#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/unit/traffic/platforms.h"
#include "traffic/transfers_file.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

Traffic yaml(const std::string& text) { return read_transfers_yaml(text, "t.yaml", star()); }
Traffic csv(const std::string& text) { return read_transfers_csv(text, "t.csv", star()); }
std::string yaml_error(const std::string& text) {
    return error_of([&] { yaml(text); });
}
std::string csv_error(const std::string& text) {
    return error_of([&] { csv(text); });
}

const Traffic two_transfers{{NodeId(0), NodeId(3), 16 << 20, 0}, {NodeId(3), NodeId(5), 1'000'000, 1'500'000}};

} // namespace

TEST(TransfersFile, StarHasTheNodesThatTheseTestsName) {
    Platform platform = star();
    EXPECT_EQ(platform.find_node("acc3"), NodeId(3));
    EXPECT_EQ(platform.find_node("host"), NodeId(5));
}

TEST(TransfersFile, ReadsAListAndAMapWithAFormat) {
    std::string list = R"(
- {source: acc0, destination: acc3, bytes: 16 MiB}
- {source: acc3, destination: host, bytes: 1 MB, start: 1.5 us}
)";
    EXPECT_EQ(yaml(list), two_transfers);
    EXPECT_EQ(yaml("format: arsia-transfers/1\ntransfers:" + list), two_transfers);
}

TEST(TransfersFile, ReadsJson) {
    EXPECT_EQ(yaml(R"([{"source": "acc0", "destination": "acc3", "bytes": "16 MiB"},
                       {"source": "acc3", "destination": "host", "bytes": "1 MB", "start": "1.5 us"}])"),
              two_transfers);
}

TEST(TransfersFile, ReadsCsvWithColumnsInAnyOrder) {
    EXPECT_EQ(csv("source,destination,bytes,start\nacc0,acc3,16 MiB,\nacc3,host,1 MB,1.5 us\n"), two_transfers);
    EXPECT_EQ(csv("\xEF\xBB\xBF start , bytes, destination, source\r\n0 ns,16MiB,acc3,acc0\r\n\r\n"
                  "\"1.5 us\",\"1 MB\",\"host\",acc3\r\n"),
              two_transfers);
    EXPECT_EQ(csv("source,destination,bytes\nacc0,acc3,16 MiB\n"), Traffic{two_transfers[0]});
}

TEST(TransfersFile, NoTransfersAreNoError) {
    EXPECT_TRUE(yaml("[]").empty());
    EXPECT_TRUE(csv("source,destination,bytes\n").empty());
}

TEST(TransfersFile, TheEndingOfTheNameSaysWhichFormItIs) {
    std::string file = ::testing::TempDir() + "arsia_transfers.csv";
    std::ofstream(file) << "source,destination,bytes\nacc0,acc3,16 MiB\n";
    EXPECT_EQ(read_transfers(file, star()), Traffic{two_transfers[0]});
    std::remove(file.c_str());
    EXPECT_EQ(error_of([&] { read_transfers(file, star()); }), file + ": cannot be opened: No such file or directory");
}

TEST(TransfersFile, ReportsEveryProblemOfAYamlFileWithItsLine) {
    EXPECT_EQ(
        yaml_error(R"(- {source: acc9, destination: acc1, bytes: 1 KiB}
- {source: acc0, destination: sw0, bytes: 4096}
- {source: acc0, destination: acc1, bytes: -1 KiB, start: -1 ns}
- {source: acc0, destination: acc1, bites: 1 KiB}
- {source: acc0, destination: acc1, bytes: 1 KiB, start: [1 ns]}
- acc0
)"),
        "t.yaml:1: [0].source: star has no node 'acc9'; did you mean 'acc0'?; there are: acc0, acc1, acc2, acc3, "
        "host\n"
        "t.yaml:2: [1].destination: 'sw0' is a switch, which neither sends nor receives\n"
        "t.yaml:2: [1].bytes: '4096' has no unit; a size needs one of B, kB, MB, GB, TB, KB, KiB, MiB, GiB, TiB, "
        "like '64 KiB'\n"
        "t.yaml:3: [2].bytes: '-1 KiB': a size cannot be negative\n"
        "t.yaml:3: [2].start: '-1 ns': a duration cannot be negative\n"
        "t.yaml:4: [3]: missing key 'bytes'\n"
        "t.yaml:4: [3].bites: unknown key 'bites'; did you mean 'bytes'?; legal: bytes, destination, source, start\n"
        "t.yaml:5: [4].start: expected a text, found a list\n"
        "t.yaml:6: [5]: expected a map, found 'acc0'");
}

TEST(TransfersFile, ReportsWhatIsWrongAroundTheList) {
    EXPECT_EQ(yaml_error("format: arsia-transfers/2\ntransfers: []\n"),
              "t.yaml:1: format: format 'arsia-transfers/2' is not understood; expected 'arsia-transfers/1'");
    EXPECT_EQ(yaml_error("format: arsia-transfers/1\ntransfers: 3\nmore: 1\n"),
              "t.yaml:2: transfers: expected a list, found '3'\nt.yaml:3: more: unknown key 'more'; legal: format, "
              "transfers");
    EXPECT_EQ(yaml_error("just text"), "t.yaml: expected a map or a list at the top of the file, found 'just text'");
}

TEST(TransfersFile, ReportsEveryProblemOfACsvFileWithItsLine) {
    EXPECT_EQ(
        csv_error("source,destination,bytes,start\nacc0,acc11,1 KiB,0 ns\n\nacc0,acc1,12,soon\nacc0,acc1\n"),
        "t.csv:2: destination: star has no node 'acc11'; did you mean 'acc1'?; there are: acc0, acc1, acc2, acc3, "
        "host\n"
        "t.csv:4: bytes: '12' has no unit; a size needs one of B, kB, MB, GB, TB, KB, KiB, MiB, GiB, TiB, like '64 "
        "KiB'\n"
        "t.csv:4: start: 'soon' is not a duration; write a number and a unit, like '500 ns'\n"
        "t.csv:5: 2 cells in a line under a header of 4");
    EXPECT_EQ(csv_error("source,dest,bytes,bytes\nacc0,acc1,1 KiB,1 KiB\n"),
              "t.csv:1: the header names an unknown column 'dest'; did you mean 'destination'?; legal: source, "
              "destination, bytes, start\n"
              "t.csv:1: the header names the column 'bytes' twice\n"
              "t.csv:1: the header has no column 'destination'");
    EXPECT_EQ(csv_error("\n\n"), "t.csv: the file is empty; its first line must name the columns");
}

TEST(TotalBytes, OverflowIsAnError) {
    Traffic traffic(2, {NodeId(0), NodeId(1), Bytes(1) << 62, 0});
    EXPECT_EQ(total_bytes({traffic[0]}), Bytes(1) << 62);
    EXPECT_EQ(error_of([&] { total_bytes(traffic); }), "the sum of all transfers' bytes does not fit in 63 bits");
}
