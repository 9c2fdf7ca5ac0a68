#include "sim/recorder/run_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/errors.h"
#include "sim/recorder/hdf5.h"
#include "sim/recorder/hdf5_input.h"
#include "sim/recorder/run_data.h"
#include "sim/recorder/run_layout.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/small_run.h"

namespace arsia {
namespace {

namespace fs = std::filesystem;
using hdf5::InputFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Texts = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;

std::string content_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Two operators for the small run.
Graph small_graph() {
    Graph graph;
    graph.name = "tiny";
    Operator conv;
    conv.name = "conv1";
    conv.type = "conv";
    conv.kind = OperatorKind::conv;
    conv.extents = {1, 4, 2, 5, 6, 3, 3};
    conv.has_weights = true;
    Operator pool;
    pool.name = "pool1";
    pool.type = "max_pool";
    pool.kind = OperatorKind::pool;
    pool.extents = {1, 4, 1, 2, 3, 2, 2};
    pool.groups = 4;
    graph.operators.push_back(conv);
    graph.operators.push_back(pool);
    return graph;
}

/// A folder of its own for each test, and a record of the small run.
class RunFile : public ::testing::Test {
protected:
    RunFile() {
        std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
        folder_ = fs::path(::testing::TempDir()) / ("arsia-" + name + "-" + std::to_string(::getpid()));
        fs::create_directories(folder_);
    }
    ~RunFile() override { fs::remove_all(folder_); }

    RunRecord record() const {
        Energy energy;
        energy.compute_j = 1.5;
        energy.memory_j = 0.25;
        energy.link_j = 0.125;
        energy.static_j = 2;
        SearchRecord search{"mars", 7, 4, {-1, 500, 700, 400}, "latency", {{4, 400, 0.5, 300, "{}\n"}}};
        return {run_.platform,      run_.program, run_.result, &graph_, "arsia simulate", "tiny",
                "{\"sets\": []}\n", energy,       search,      {},      sensitivities_};
    }
    std::string written(const char* name = "run.h5") const {
        write_run_file(path(name), record());
        return path(name);
    }
    std::string path(const char* name) const { return (folder_ / name).string(); }
    Texts files() const {
        Texts names;
        for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
        return names;
    }
    std::string write_error(const std::string& path) const {
        try {
            write_run_file(path, record());
        } catch (const InputError& error) {
            EXPECT_EQ(error.exit_status(), 2);
            return error.what();
        }
        return "no error";
    }
    static std::string read_error(const std::string& path) {
        try {
            read_run_summary(path);
        } catch (const InputError& error) {
            EXPECT_EQ(error.exit_status(), 2);
            return error.what();
        }
        return "no error";
    }

    std::vector<Sensitivity> sensitivities_ = {
        {"links", "all links", 800'000, 1'460'000, 1'500'000, Agreement::agrees, ""},
        {"compute", "a", 400'000, 1'660'000, 1'800'000, Agreement::moved, "link b->a"}};
    testing::SmallRun run_;
    Graph graph_ = small_graph();
    fs::path folder_;
};

TEST_F(RunFile, SummaryComesBack) {
    RunSummary summary = read_run_summary(written());
    EXPECT_EQ(summary.format, "arsia-run/1");
    EXPECT_EQ(summary.command, "arsia simulate");
    EXPECT_EQ(summary.workload, "tiny");
    EXPECT_EQ(summary.topology, "row");
    EXPECT_EQ(summary.mapping_json, "{\"sets\": []}\n");
    EXPECT_EQ(summary.latency, 1'860'000);
    EXPECT_EQ(summary.tasks, 5U);
    EXPECT_EQ(summary.transfers, 3U);
    EXPECT_EQ(summary.bytes_transferred, 250 + 200 + 40);
    EXPECT_THAT(files(), ElementsAre("run.h5"));
}

TEST_F(RunFile, TablesHoldTheRun) {
    InputFile file(written());
    EXPECT_EQ(file.texts("tasks/kind"), (Texts{"transfer", "compute", "transfer", "compute", "transfer"}));
    EXPECT_EQ(file.texts("tasks/operator"), (Texts{"", "conv1", "", "pool1", ""}));
    EXPECT_EQ(file.texts("tasks/node"), (Texts{"host", "a", "a", "b", "b"}));
    EXPECT_EQ(file.texts("tasks/engine"), (Texts{"dma", "compute", "dma", "compute", "dma"}));
    EXPECT_EQ(file.integers("tasks/id"), (Integers{0, 1, 2, 3, 4}));
    EXPECT_EQ(file.integers("tasks/start"), (Integers{0, 400'000, 1'150'000, 1'460'000, 1'560'000}));
    EXPECT_EQ(file.integers("tasks/end"), (Integers{400'000, 1'150'000, 1'460'000, 1'560'000, 1'860'000}));
    EXPECT_EQ(file.integers("tasks/bytes"), (Integers{250, 300, 200, 80, 40}));
    EXPECT_EQ(file.integers("tasks/cycles"), (Integers{0, 700, 0, 100, 0}));
    EXPECT_EQ(file.integers("tasks/macs"), (Integers{0, 5000, 0, 0, 0}));
    EXPECT_EQ(file.integers("tasks/blocked_by"), (Integers{-1, 0, 1, 2, 3}));
    EXPECT_EQ(file.integers("dependencies/before"), (Integers{0, 1, 2, 3}));
    EXPECT_EQ(file.integers("dependencies/after"), (Integers{1, 2, 3, 4}));
    EXPECT_EQ(file.integers("transfers/task"), (Integers{0, 2, 4}));
    EXPECT_EQ(file.texts("transfers/source"), (Texts{"host", "a", "b"}));
    EXPECT_EQ(file.texts("transfers/destination"), (Texts{"a", "b", "host"}));
    EXPECT_EQ(file.texts("transfers/route"), (Texts{"host->a", "a->b", "b->a a->host"}));
    EXPECT_EQ(file.texts("transfers/purpose"), (Texts{"input", "activation", "output"}));
    EXPECT_EQ(file.integers("transfers/alone"), (Integers{350'000, 310'000, 280'000}));
    EXPECT_EQ(file.texts("platform/nodes/kind"), (Texts{"host", "accelerator", "accelerator"}));
    EXPECT_EQ(file.texts("platform/links/to"), (Texts{"a", "host", "b", "a"}));
    EXPECT_EQ(file.integers("platform/links/bandwidth"), Integers(4, 8'000'000'000));
    EXPECT_EQ(file.texts("workload/operators/type"), (Texts{"conv", "max_pool"}));
    EXPECT_EQ(file.integers("workload/operators/K"), (Integers{4, 4}));
    EXPECT_EQ(file.integers("workload/operators/macs"), (Integers{4 * 2 * 5 * 6 * 9, 0}));
    EXPECT_EQ(file.integers("workload/operators/weights"), (Integers{4 * 2 * 9, 0}));
    EXPECT_EQ(file.reals("energy/static"), std::vector<double>{2});
    EXPECT_EQ(file.text_attribute("meta", "format"), "arsia-run/1");
    EXPECT_EQ(file.integer_attribute("meta", "latency_ps"), 1'860'000);
    EXPECT_EQ(file.integer_attribute("meta", "events"), 42);
}

TEST_F(RunFile, SearchKeepsEveryCandidate) {
    InputFile file(written());
    EXPECT_EQ(file.text_attribute("search", "name"), "mars");
    EXPECT_EQ(file.integer_attribute("search", "seed"), 7);
    EXPECT_EQ(file.integers("search/candidates/evaluation"), (Integers{1, 2, 3, 4}));
    EXPECT_EQ(file.integers("search/candidates/latency"), (Integers{-1, 500, 700, 400}));
    EXPECT_EQ(file.integers("search/candidates/best"), (Integers{-1, 500, 500, 400}));
}

TEST_F(RunFile, SumsAgree) {
    InputFile file(written());
    Integers begins = file.integers("critical_path/begin");
    Integers ends = file.integers("critical_path/end");
    ASSERT_FALSE(begins.empty());
    EXPECT_EQ(begins.front(), 0);
    EXPECT_EQ(ends.back(), 1'860'000);
    for (std::size_t i = 1; i < begins.size(); ++i) EXPECT_EQ(begins[i], ends[i - 1]);

    std::int64_t parts = 0;
    for (const char* part : {"compute", "memory", "network", "dma_setup", "contention", "reconfiguration", "waiting"}) {
        parts += file.integers(std::string("breakdown/") + part).at(0);
    }
    EXPECT_EQ(parts, 1'860'000);
    Integers critical = file.integers("links/totals/critical");
    EXPECT_EQ(std::accumulate(critical.begin(), critical.end(), std::int64_t{0}),
              file.integers("breakdown/network").at(0));

    // Bytes of a link: of the transfers whose route names it, of the totals, and of the bins.
    Texts names = file.texts("links/totals/name");
    Integers totals = file.integers("links/totals/bytes");
    Integers edges = file.integers("links/bins");
    std::vector<double> utilization = file.reals("links/utilization");
    ASSERT_EQ(utilization.size(), names.size() * (edges.size() - 1));
    Texts routes = file.texts("transfers/route");
    Integers bytes = file.integers("transfers/bytes");
    for (std::size_t link = 0; link < names.size(); ++link) {
        std::int64_t by_routes = 0;
        for (std::size_t i = 0; i < routes.size(); ++i) {
            std::istringstream words(routes[i]);
            for (std::string word; words >> word;) by_routes += word == names[link] ? bytes[i] : 0;
        }
        EXPECT_EQ(totals[link], by_routes) << names[link];
        double in_bins = 0; // 1 ns a byte
        for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
            double used = utilization[link * (edges.size() - 1) + bin];
            EXPECT_LE(used, 1 + 1e-9);
            in_bins += used * static_cast<double>(edges[bin + 1] - edges[bin]) / 1000;
        }
        EXPECT_NEAR(in_bins, static_cast<double>(totals[link]), 1e-6) << names[link];
    }
}

TEST_F(RunFile, OccupancyIsThatOfLiveBuffers) {
    InputFile file(written());
    Integers edges = file.integers("memory/bins");
    Integers occupancy = file.integers("memory/occupancy");
    std::size_t bins = edges.size() - 1;
    ASSERT_EQ(bins, 256U);
    auto at = [&](NodeId node, std::size_t bin) { return occupancy[node.value() * bins + bin]; };
    for (std::size_t bin = 0; bin < bins; ++bin) {
        EXPECT_EQ(at(run_.host, bin), 0);
        EXPECT_EQ(at(run_.a, bin), edges[bin] < 1'460'000 ? 300 : 0) << "until the move has ended";
        bool holds = edges[bin + 1] > 1'150'000 && edges[bin] < 1'560'000;
        EXPECT_EQ(at(run_.b, bin), holds ? 264 : 64) << "64 B from the start, 200 B from move to the end of pool";
    }
    EXPECT_EQ(file.integers("nodes/totals/memory_peak"), (Integers{0, 300, 264}));
}

TEST_F(RunFile, DocumentedDatasetsAreThoseWritten) {
    InputFile file(written());
    std::ifstream page(std::string(ARSIA_SOURCE_DIR) + "/docs/run-file.md");
    std::size_t documented = 0;
    bool in_datasets = false;
    for (std::string line; std::getline(page, line);) {
        in_datasets = in_datasets || line == "## Datasets";
        // | `/tasks/start` | int64 | ps | … |
        if (!in_datasets || line.rfind("| `/", 0) != 0) continue;
        std::istringstream cells(line.substr(1));
        std::string name, type, unit;
        std::getline(cells, name, '|');
        std::getline(cells, type, '|');
        std::getline(cells, unit, '|');
        auto trim = [](const std::string& cell, const char* blanks) {
            std::size_t begin = cell.find_first_not_of(blanks);
            return begin == std::string::npos ? "" : cell.substr(begin, cell.find_last_not_of(blanks) - begin + 1);
        };
        name = trim(name, " `");
        ASSERT_TRUE(file.has(name)) << name;
        EXPECT_EQ(file.text_attribute(name, "unit"), trim(unit, " ")) << name;
        EXPECT_NE(file.text_attribute(name, "description"), "") << name;
        ++documented;
    }
    EXPECT_GE(documented, std::size(required_run_datasets));
}

TEST_F(RunFile, SensitivitiesComeBack) {
    RunData run = read_run(written());
    ASSERT_EQ(run.sensitivities.size(), 2U);
    EXPECT_EQ(run.sensitivities[0].resource, "all links");
    EXPECT_EQ(run.sensitivities[0].path_time, 800'000);
    EXPECT_EQ(run.sensitivities[1].kind, "compute");
    EXPECT_EQ(run.sensitivities[1].predicted, 1'660'000);
    EXPECT_EQ(run.sensitivities[1].confirmed, 1'800'000);
    EXPECT_EQ(run.sensitivities[1].agreement, Agreement::moved);
    EXPECT_EQ(run.sensitivities[1].limited_by, "link b->a");
}

TEST_F(RunFile, RawTrafficHasNoOperatorsAndNoMapping) {
    RunRecord raw = record();
    raw.graph = nullptr;
    raw.mapping_json.clear();
    raw.search.reset();
    raw.sensitivities.clear();
    write_run_file(path("raw.h5"), raw);
    InputFile file(path("raw.h5"));
    EXPECT_FALSE(file.has("workload"));
    EXPECT_FALSE(file.has("mapping"));
    EXPECT_FALSE(file.has("search"));
    EXPECT_FALSE(file.has("sensitivity"));
    EXPECT_EQ(file.texts("tasks/operator"), Texts(5));
    EXPECT_EQ(read_run_summary(path("raw.h5")).mapping_json, "");
}

TEST_F(RunFile, EmptyProgramIsWrittenAndRead) {
    Program program;
    RunResult result;
    result.links.resize(run_.platform.links.size());
    result.link_bins.start(run_.platform.links.size());
    result.nodes.resize(run_.platform.nodes.size());
    RunRecord empty{run_.platform, program, result, nullptr, "arsia traffic", "", "", {}, {}};
    write_run_file(path("empty.h5"), empty);
    RunSummary summary = read_run_summary(path("empty.h5"));
    EXPECT_EQ(summary.latency, 0);
    EXPECT_EQ(summary.tasks, 0U);
    EXPECT_EQ(InputFile(path("empty.h5")).integers("links/bins"), (Integers{0, 0}));
}

TEST_F(RunFile, LargeTablesAreCompressedAndComeBack) {
    constexpr std::size_t count = 100'000;
    Program program;
    RunResult result;
    for (std::size_t i = 0; i < count; ++i) {
        program.add(testing::transfer_of(run_.b, run_.host, 8));
        auto start = static_cast<TimePs>(i) * 1000;
        result.tasks.push_back({start, start, start + 1000, i == 0 ? TaskId() : TaskId(i - 1)});
    }
    result.latency = result.tasks[TaskId(count - 1)].end;
    result.links.resize(run_.platform.links.size());
    result.link_bins.start(run_.platform.links.size());
    result.nodes.resize(run_.platform.nodes.size());
    RunRecord large{run_.platform, program, result, nullptr, "", "", "", {}, {}};
    write_run_file(path("large.h5"), large);
    InputFile file(path("large.h5"));
    Integers ends = file.integers("tasks/end");
    ASSERT_EQ(ends.size(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(ends[i], result.tasks[TaskId(i)].end);
    EXPECT_EQ(file.texts("transfers/route"), Texts(count, "b->a a->host"));
    EXPECT_LT(fs::file_size(path("large.h5")), 25 * count) << "plain it would be 200 bytes a task";
}

TEST_F(RunFile, SameRunGivesTheSameBytes) { EXPECT_EQ(content_of(written("1.h5")), content_of(written("2.h5"))); }

TEST_F(RunFile, NewFileTakesTheOldOnesPlace) {
    std::ofstream(path("run.h5")) << "old";
    EXPECT_EQ(read_run_summary(written()).tasks, 5U);
    EXPECT_THAT(files(), ElementsAre("run.h5"));
}

TEST_F(RunFile, WriteNamesTheMissingFolder) {
    EXPECT_EQ(write_error(path("no/such/run.h5")),
              path("no/such/run.h5") + ": cannot write: there is no folder '" + path("no/such") + "'");
    EXPECT_THAT(files(), ElementsAre());
}

TEST_F(RunFile, WriteRefusesWhatIsNotAFile) {
    EXPECT_EQ(write_error(folder_.string()), folder_.string() + ": cannot write: it is a folder; name a file");
    EXPECT_EQ(write_error("/dev/null"), "/dev/null: cannot write: it exists and is not a regular file");
    EXPECT_EQ(write_error(""), "cannot write: the file name is empty");
    std::ofstream(path("file")) << "text";
    EXPECT_EQ(write_error(path("file/run.h5")),
              path("file/run.h5") + ": cannot write: '" + path("file") + "' is not a folder");
}

/// Root may write everywhere, so for a while this process is nobody.
class AsNobody {
public:
    AsNobody() : user_(::geteuid()) {
        if (user_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("cannot become nobody");
    }
    ~AsNobody() { EXPECT_EQ(::seteuid(user_), 0); }

private:
    uid_t user_;
};

TEST_F(RunFile, WriteNamesTheFolderThatIsNotWritable) {
    fs::permissions(folder_,
                    fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
    std::string error;
    {
        AsNobody nobody;
        error = write_error(path("run.h5"));
    }
    fs::permissions(folder_, fs::perms::owner_all);
    EXPECT_EQ(error, path("run.h5") + ": cannot write: folder '" + folder_.string() + "': Permission denied");
    EXPECT_THAT(files(), ElementsAre());
}

TEST_F(RunFile, WriteThatFailsHalfwayLeavesTheOldFile) {
    std::ofstream(path("run.h5")) << "old";
    std::string error;
    {
        testing::FileSizeLimit limit(1000);
        error = write_error(path("run.h5"));
    }
    EXPECT_EQ(error, path("run.h5") + ": cannot write: File too large");
    EXPECT_EQ(content_of(path("run.h5")), "old");
    EXPECT_THAT(files(), ElementsAre("run.h5")) << "the temporary is gone";
}

TEST_F(RunFile, ReadSaysWhatIsNotARunFile) {
    EXPECT_EQ(read_error(path("none.h5")), path("none.h5") + ": cannot be read: No such file or directory");
    EXPECT_EQ(read_error(folder_.string()), folder_.string() + ": is a folder, not a file");
    std::ofstream(path("empty.h5"));
    EXPECT_EQ(read_error(path("empty.h5")), path("empty.h5") + ": is empty, not an HDF5 file");
    std::ofstream(path("text.h5")) << "format: arsia-workload/1\n";
    EXPECT_EQ(read_error(path("text.h5")), path("text.h5") + ": is not an HDF5 file");
}

TEST_F(RunFile, ReadSaysThatAFileIsTruncated) {
    std::string whole = content_of(written());
    ::testing::internal::CaptureStderr();
    for (std::size_t kept : {whole.size() / 2, whole.size() - 1, std::size_t{600}, std::size_t{100}}) {
        std::ofstream(path("cut.h5"), std::ios::binary) << whole.substr(0, kept);
        EXPECT_THAT(read_error(path("cut.h5")),
                    HasSubstr(": is a truncated or damaged HDF5 file: its checksum does not fit"))
            << kept;
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "the library must not print its own errors";
}

TEST_F(RunFile, ReadSeesEachChangedByte) {
    std::string whole = content_of(written());
    for (std::size_t at = 40; at < whole.size(); at += 997) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(~damaged[at]);
        std::ofstream(path("damaged.h5"), std::ios::binary) << damaged;
        ASSERT_THAT(read_error(path("damaged.h5")), HasSubstr("damaged.h5: is a truncated or damaged HDF5 file")) << at;
    }
    std::ofstream(path("bare.h5"), std::ios::binary) << whole.substr(512); // a file of HDF5, without the user block
    EXPECT_EQ(read_error(path("bare.h5")), path("bare.h5") + ": is an HDF5 file, but arsia reads only its own: it does "
                                                             "not begin with a checksum");
}

TEST_F(RunFile, ReadSaysWhatTheFormatIs) {
    auto write_with_format = [&](const char* format) {
        hdf5::OutputFile file;
        if (format) file.root().attribute("format", std::string(format));
        std::ofstream(path("other.h5"), std::ios::binary) << file.image();
        return read_error(path("other.h5"));
    };
    EXPECT_EQ(write_with_format(nullptr),
              path("other.h5") + ": is an HDF5 file but not a run file: it has no attribute 'format'");
    EXPECT_EQ(write_with_format("arsia-run/2"),
              path("other.h5") + ": has format 'arsia-run/2'; this version reads 'arsia-run/1'");
    EXPECT_EQ(write_with_format("keras/3"),
              path("other.h5") + ": is not a run file: its format is 'keras/3', not 'arsia-run/1'");
}

TEST_F(RunFile, ReadNamesMissingDatasetsAndAttributes) {
    auto write_some = [&](auto fill) {
        hdf5::OutputFile file;
        hdf5::OutputGroup root = file.root();
        root.attribute("format", std::string(run_format));
        fill(root);
        std::ofstream(path("some.h5"), std::ios::binary) << file.image();
        return read_error(path("some.h5"));
    };
    std::string bare = write_some([](const hdf5::OutputGroup&) {});
    EXPECT_THAT(bare, HasSubstr("some.h5: missing in the file: 'platform/nodes/name', 'platform/links/name', "));
    EXPECT_THAT(bare, HasSubstr("'transfers/route'"));

    auto all_datasets = [](const hdf5::OutputGroup& root) {
        std::map<std::string, hdf5::OutputGroup> groups;
        for (const char* dataset : required_run_datasets) {
            std::string name = dataset;
            std::size_t at = 0;
            const hdf5::OutputGroup* group = &root;
            for (std::size_t slash; (slash = name.find('/', at)) != std::string::npos; at = slash + 1) {
                std::string prefix = name.substr(0, slash);
                auto entry = groups.find(prefix);
                if (entry == groups.end()) {
                    entry = groups.emplace(prefix, group->group(name.substr(at, slash - at))).first;
                }
                group = &entry->second;
            }
            group->column(name.substr(at), {"1", "for the test"}, Integers{0, 0});
        }
    };
    EXPECT_EQ(write_some(all_datasets), path("some.h5") + ": group 'meta' is missing");
    EXPECT_EQ(write_some([&](const hdf5::OutputGroup& root) {
                  all_datasets(root);
                  root.group("meta").attribute("command", 3);
              }),
              path("some.h5") + ": attribute 'command' of 'meta' is not a text");
    EXPECT_EQ(write_some([&](const hdf5::OutputGroup& root) {
                  all_datasets(root);
                  hdf5::OutputGroup meta = root.group("meta");
                  for (const char* name : {"command", "workload", "topology"}) meta.attribute(name, "");
                  for (const char* name : {"latency_ps", "tasks", "transfers", "bytes_transferred"}) {
                      meta.attribute(name, 5);
                  }
              }),
              path("some.h5") + ": dataset 'tasks/id' has 2 rows, but 'meta' states 5");
}

} // namespace
} // namespace arsia
