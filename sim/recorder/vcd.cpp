#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "sim/recorder/exports.h"
#include "sim/recorder/run_data.h"

namespace arsia {

namespace {

/// Short names of variables: printable characters, the shortest first.
std::string identifier(std::size_t number) {
    constexpr std::size_t first = '!', count = '~' - '!' + 1;
    std::string out;
    for (++number; number > 0; number = (number - 1) / count) out += static_cast<char>(first + (number - 1) % count);
    return out;
}

std::string binary(std::uint64_t value) {
    std::string digits;
    for (; value > 0; value >>= 1) digits += static_cast<char>('0' + (value & 1));
    std::reverse(digits.begin(), digits.end());
    return "b" + (digits.empty() ? "0" : digits);
}

/// Variables and their changes. Of several changes at one instant the last one added counts.
class Dump {
public:
    std::size_t variable(const std::string& scope, const std::string& type, int width, const std::string& name) {
        if (scope != scope_) {
            if (!scope_.empty()) header_ += "$upscope $end\n";
            header_ += fmt::format("$scope module {} $end\n", word(scope));
            scope_ = scope;
        }
        header_ += fmt::format("$var {} {} {} {} $end\n", type, width, identifier(count_), word(name));
        return count_++;
    }
    void change(TimePs time, std::size_t variable, std::string value) {
        changes_.push_back({time, variable, std::move(value)});
    }

    std::string text(const RunData& run) {
        std::string out = fmt::format("$version arsia {} $end\n$comment {} on {} $end\n$timescale 1ps $end\n",
                                      run.version, run.summary.workload, run.summary.topology);
        out += header_ + (scope_.empty() ? "" : "$upscope $end\n") + "$enddefinitions $end\n";
        std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
            return std::tie(a.time, a.variable) < std::tie(b.time, b.variable);
        });
        std::vector<std::string> now(count_);
        TimePs time = -1;
        for (std::size_t at = 0; at < changes_.size(); ++at) {
            const Change& change = changes_[at];
            bool replaced = at + 1 < changes_.size() && changes_[at + 1].time == change.time &&
                            changes_[at + 1].variable == change.variable;
            if (replaced || now[change.variable] == change.value) continue;
            if (change.time != time) out += fmt::format("#{}\n", change.time);
            time = change.time;
            now[change.variable] = change.value;
            bool scalar = change.value.size() == 1;
            out += change.value + (scalar ? "" : " ") + identifier(change.variable) + "\n";
        }
        if (time < run.summary.latency) out += fmt::format("#{}\n", run.summary.latency);
        return out;
    }

private:
    struct Change {
        TimePs time;
        std::size_t variable;
        std::string value;
    };
    /// Names hold no blanks.
    static std::string word(std::string name) {
        std::replace(name.begin(), name.end(), ' ', '_');
        return name;
    }

    std::size_t count_ = 0;
    std::string scope_, header_;
    std::vector<Change> changes_;
};

/// What a task changes at its engine.
struct Moment {
    TimePs time;
    bool ends;
    std::size_t task;
    auto key() const { return std::make_tuple(time, !ends, task); } ///< ends go before starts
};

void add_engine(Dump& dump, const RunData& run, std::size_t node, const std::vector<std::size_t>& tasks) {
    const std::string& scope = run.nodes[node].name;
    std::size_t busy = dump.variable(scope, "wire", 1, "compute_busy"),
                which = dump.variable(scope, "integer", 32, "compute_task"),
                transfers = dump.variable(scope, "integer", 32, "dma_transfers");
    std::vector<Moment> moments;
    for (std::size_t task : tasks) {
        moments.push_back({run.tasks[task].start, false, task});
        moments.push_back({run.tasks[task].end, true, task});
    }
    // A task without duration would end before it starts; it changes nothing that a viewer could show.
    moments.erase(std::remove_if(moments.begin(), moments.end(),
                                 [&](const Moment& m) { return run.tasks[m.task].start == run.tasks[m.task].end; }),
                  moments.end());
    std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) { return a.key() < b.key(); });
    dump.change(0, busy, "0");
    dump.change(0, which, "bx");
    dump.change(0, transfers, binary(0));
    std::uint64_t under_way = 0;
    for (const Moment& moment : moments) {
        if (run.tasks[moment.task].transfer >= 0) {
            under_way += moment.ends ? std::uint64_t(-1) : 1;
            dump.change(moment.time, transfers, binary(under_way));
        } else {
            dump.change(moment.time, busy, moment.ends ? "0" : "1");
            dump.change(moment.time, which, moment.ends ? "bx" : binary(moment.task));
        }
    }
}

} // namespace

std::string vcd_dump(const RunData& run) {
    Dump dump;
    std::vector<std::vector<std::size_t>> of_node(run.nodes.size());
    for (std::size_t id = 0; id < run.tasks.size(); ++id)
        if (run.tasks[id].kind != TaskKind::join) of_node[run.tasks[id].node].push_back(id);
    std::size_t bins = run.memory_bins.size() - 1;
    for (std::size_t node = 0; node < run.nodes.size(); ++node) {
        if (run.nodes[node].kind == "switch") continue;
        add_engine(dump, run, node, of_node[node]);
        std::size_t memory = dump.variable(run.nodes[node].name, "wire", 64, "memory_bytes");
        for (std::size_t bin = 0; bin < bins; ++bin)
            dump.change(run.memory_bins[bin], memory,
                        binary(static_cast<std::uint64_t>(run.occupancy[node * bins + bin])));
    }
    bins = run.link_bins.size() - 1;
    for (std::size_t link = 0; link < run.links.size(); ++link) {
        std::size_t use = dump.variable("links", "real", 64, run.links[link].name);
        for (std::size_t bin = 0; bin < bins; ++bin)
            dump.change(run.link_bins[bin], use, fmt::format("r{:.6g}", run.utilization[link * bins + bin]));
    }
    return dump.text(run);
}

} // namespace arsia
