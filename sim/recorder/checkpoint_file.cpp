#include "sim/recorder/checkpoint_file.h"

#include <charconv>

#include <fmt/format.h>

#include "base/errors.h"
#include "sim/recorder/hdf5_disk.h"
#include "sim/recorder/hdf5_input.h"

namespace arsia {

namespace {

constexpr const char* format_name = "arsia-checkpoint/1";

} // namespace

bool operator==(const SearchIdentity& a, const SearchIdentity& b) { return differences(a, b).empty(); }

std::vector<std::string> differences(const SearchIdentity& checkpoint, const SearchIdentity& ours) {
    std::vector<std::string> out;
    auto compare = [&](const char* what, const std::string& there, const std::string& here) {
        if (there != here) out.push_back(fmt::format("{} {}, not {}", what, there, here));
    };
    auto changed = [&](const std::string& what, const std::string& there, const std::string& here) {
        if (there != here) out.push_back(fmt::format("{} has changed since (digest {}, now {})", what, there, here));
    };
    auto budget = [](std::uint64_t evaluations) {
        return evaluations == 0 ? "no limit by evaluations" : fmt::format("{} evaluations", evaluations);
    };
    compare("made by arsia", checkpoint.version, ours.version);
    compare("workload", checkpoint.workload, ours.workload);
    if (checkpoint.workload == ours.workload)
        changed("workload " + ours.workload, checkpoint.workload_digest, ours.workload_digest);
    compare("topology", checkpoint.topology, ours.topology);
    if (checkpoint.topology == ours.topology)
        changed("topology " + ours.topology, checkpoint.topology_digest, ours.topology_digest);
    if (out.empty()) changed("a design", checkpoint.designs_digest, ours.designs_digest);
    compare("search", checkpoint.search, ours.search);
    compare("seed", std::to_string(checkpoint.seed), std::to_string(ours.seed));
    // A search plans ahead with its budget: with another it decides otherwise from the start.
    compare("budget", budget(checkpoint.evaluations), budget(ours.evaluations));
    return out;
}

namespace {

void fill(const hdf5::OutputGroup& root, const SearchCheckpoint& checkpoint) {
    const SearchIdentity& identity = checkpoint.identity;
    root.attribute("format", std::string(format_name));
    root.attribute("arsia_version", identity.version);
    root.attribute("workload", identity.workload);
    root.attribute("workload_digest", identity.workload_digest);
    root.attribute("topology", identity.topology);
    root.attribute("topology_digest", identity.topology_digest);
    root.attribute("designs_digest", identity.designs_digest);
    root.attribute("search", identity.search);
    root.attribute("seed", std::to_string(identity.seed));
    root.attribute("evaluations", std::to_string(identity.evaluations));
    root.scalar("seconds", {"s", "time that the search has run"}, checkpoint.seconds);
    root.column("mapping", {"1", "digest of each mapping that was simulated, in the order of proposal"},
                checkpoint.mappings);
    root.column("latency", {"ps", "simulated latency of each; -1: the mapping is not legal"}, checkpoint.latencies);
    if (checkpoint.energies.empty()) return;
    root.column("energy", {"pJ", "energy of each; -1: not known"}, checkpoint.energies);
    root.column("peak_memory", {"B", "peak memory of the fullest accelerator; -1: not known"},
                checkpoint.peak_memories);
}

} // namespace

void write_checkpoint(const std::string& path, const SearchCheckpoint& checkpoint) {
    try {
        hdf5::DiskFile file(path);
        fill(file.root(), checkpoint);
        file.complete();
    } catch (const hdf5::Failure& failure) {
        throw InputError({Problem{path, 0, "", failure.what()}});
    }
}

SearchCheckpoint read_checkpoint(const std::string& path) {
    hdf5::InputFile file(path);
    std::string format = file.has_attribute("/", "format") ? file.text_attribute("/", "format") : "";
    if (format != format_name)
        file.refuse(fmt::format("not a checkpoint: its format is '{}', not '{}'", format, format_name));
    auto number = [&](const char* name) {
        std::string text = file.text_attribute("/", name);
        std::uint64_t value = 0;
        const char* end = text.data() + text.size();
        auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc() || stop != end)
            file.refuse(fmt::format("attribute '{}' is no number: '{}'", name, text));
        return value;
    };
    SearchCheckpoint out;
    out.identity = {file.text_attribute("/", "arsia_version"),
                    file.text_attribute("/", "workload"),
                    file.text_attribute("/", "workload_digest"),
                    file.text_attribute("/", "topology"),
                    file.text_attribute("/", "topology_digest"),
                    file.text_attribute("/", "designs_digest"),
                    file.text_attribute("/", "search"),
                    number("seed"),
                    number("evaluations")};
    std::vector<double> seconds = file.reals("seconds");
    if (seconds.size() != 1 || !(seconds[0] >= 0)) file.refuse("dataset 'seconds' is no time");
    out.seconds = seconds[0];
    out.mappings = file.integers("mapping");
    out.latencies = file.integers("latency");
    auto require_as_many = [&](const char* name, std::size_t rows) {
        if (rows != out.mappings.size())
            file.refuse(
                fmt::format("datasets 'mapping' and '{}' have {} and {} rows", name, out.mappings.size(), rows));
    };
    require_as_many("latency", out.latencies.size());
    if (!file.has("energy")) return out;
    out.energies = file.integers("energy");
    out.peak_memories = file.integers("peak_memory");
    require_as_many("energy", out.energies.size());
    require_as_many("peak_memory", out.peak_memories.size());
    return out;
}

} // namespace arsia
