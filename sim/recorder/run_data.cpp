#include "sim/recorder/run_data.h"

#include <sstream>
#include <unordered_map>

#include <fmt/format.h>

#include "sim/recorder/hdf5_input.h"
#include "sim/recorder/run_layout.h"
#include "sim/recorder/run_summary.h"

namespace arsia {

namespace {

using Integers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

constexpr TaskKind task_kinds[] = {TaskKind::compute, TaskKind::transfer, TaskKind::reduce, TaskKind::reconfigure,
                                   TaskKind::join};
constexpr Purpose purposes[] = {Purpose::none,    Purpose::input,       Purpose::output,       Purpose::activation,
                                Purpose::weights, Purpose::partial_sum, Purpose::shared_shard, Purpose::collective};

/// Rows of a table by what stands in its column `name`.
using Rows = std::unordered_map<std::string, std::int32_t>;

/// Reads one file, table by table. Columns of a table must be equally long; what a column names must be there.
class Reader {
public:
    explicit Reader(const hdf5::InputFile& file) : file_(file) {}

    RunData read() {
        data_.summary = read_summary(file_);
        data_.version = file_.text_attribute("meta", "version");
        data_.events = file_.integer_attribute("meta", "events");
        data_.digest = file_.text_attribute("platform", "digest");
        data_.burst = file_.integer_attribute("platform", "burst_bytes");
        read_nodes();
        read_links();
        if (file_.has("workload")) data_.operators = file_.texts("workload/operators/name");
        operators_ = rows_of(data_.operators);
        read_tasks();
        read_transfers();
        read_dependencies();
        read_path();
        for (const char* cause : breakdown_causes)
            data_.breakdown.emplace_back(cause, integers(fmt::format("breakdown/{}", cause), 1)[0]);
        for (const char* cause : energy_causes)
            data_.energy.emplace_back(cause, reals(fmt::format("energy/{}", cause), 1)[0]);
        read_bins();
        if (file_.has("search")) read_search();
        if (file_.has("sensitivity")) read_sensitivities();
        return std::move(data_);
    }

private:
    static Rows rows_of(const Texts& names) {
        Rows rows;
        for (std::size_t i = 0; i < names.size(); ++i) rows.emplace(names[i], static_cast<std::int32_t>(i));
        return rows;
    }
    std::int32_t row_or_none(const Rows& rows, const std::string& name, const char* column) const {
        return name.empty() ? -1 : row(rows, name, column);
    }
    std::int32_t row(const Rows& rows, const std::string& name, const char* column) const {
        auto found = rows.find(name);
        if (found == rows.end())
            file_.refuse(fmt::format("'{}' names '{}', which the file does not hold", column, name));
        return found->second;
    }
    /// The value whose name_of() it is.
    template <class Value, std::size_t count>
    Value named(const Value (&values)[count], const std::string& name, const char* column) const {
        for (Value value : values)
            if (name == name_of(value)) return value;
        file_.refuse(fmt::format("'{}' holds '{}', which this version does not know", column, name));
    }
    std::int64_t task(std::int64_t id, const char* column, bool or_none) const {
        bool known = id >= 0 && static_cast<std::uint64_t>(id) < data_.tasks.size();
        if (!known && !(or_none && id == -1))
            file_.refuse(fmt::format("'{}' names task {}, but there are {}", column, id, data_.tasks.size()));
        return id;
    }

    /// A column of `rows` rows.
    Integers integers(const std::string& dataset, std::size_t rows) const {
        return checked(file_.integers(dataset), dataset, rows);
    }
    std::vector<double> reals(const std::string& dataset, std::size_t rows) const {
        return checked(file_.reals(dataset), dataset, rows);
    }
    Texts texts(const std::string& dataset, std::size_t rows) const {
        return checked(file_.texts(dataset), dataset, rows);
    }
    template <class Values>
    Values checked(Values values, const std::string& dataset, std::size_t rows) const {
        if (values.size() != rows)
            file_.refuse(fmt::format("dataset '{}' has {} values instead of {}", dataset, values.size(), rows));
        return values;
    }
    /// Sets one member of each row of a table from a column.
    template <class Table, class Member>
    void fill(Table& table, Member member, const std::string& dataset) const {
        Integers values = integers(dataset, table.size());
        for (std::size_t i = 0; i < table.size(); ++i) table[i].*member = values[i];
    }
    template <class Table>
    void fill(Table& table, std::string RunData::Node::*member, const std::string& dataset) const {
        Texts values = texts(dataset, table.size());
        for (std::size_t i = 0; i < table.size(); ++i) table[i].*member = std::move(values[i]);
    }

    void read_nodes() {
        using Node = RunData::Node;
        Texts names = file_.texts("platform/nodes/name");
        data_.nodes.resize(names.size());
        node_rows_ = rows_of(names);
        fill(data_.nodes, &Node::name, "platform/nodes/name");
        fill(data_.nodes, &Node::kind, "platform/nodes/kind");
        fill(data_.nodes, &Node::group, "platform/nodes/group");
        fill(data_.nodes, &Node::memory_capacity, "platform/nodes/memory_capacity");
        fill(data_.nodes, &Node::memory_bandwidth, "platform/nodes/memory_bandwidth");
        fill(data_.nodes, &Node::memory_latency, "platform/nodes/memory_latency");
        fill(data_.nodes, &Node::dma_channels, "platform/nodes/dma_channels");
        fill(data_.nodes, &Node::dma_setup, "platform/nodes/dma_setup");
        fill(data_.nodes, &Node::compute_busy, "nodes/totals/compute_busy");
        fill(data_.nodes, &Node::memory_busy, "nodes/totals/memory_busy");
        fill(data_.nodes, &Node::memory_bytes, "nodes/totals/memory_bytes");
        fill(data_.nodes, &Node::memory_peak, "nodes/totals/memory_peak");
        if (file_.has("nodes/totals/design")) fill(data_.nodes, &Node::design, "nodes/totals/design");
    }

    void read_links() {
        using Link = RunData::Link;
        Texts names = file_.texts("platform/links/name");
        Texts from = texts("platform/links/from", names.size()), to = texts("platform/links/to", names.size());
        link_rows_ = rows_of(names);
        for (std::size_t i = 0; i < names.size(); ++i) {
            Link& link = data_.links.emplace_back();
            link.name = names[i];
            link.from = row(node_rows_, from[i], "platform/links/from");
            link.to = row(node_rows_, to[i], "platform/links/to");
        }
        fill(data_.links, &Link::bandwidth, "platform/links/bandwidth");
        fill(data_.links, &Link::latency, "platform/links/latency");
        fill(data_.links, &Link::bytes, "links/totals/bytes");
        fill(data_.links, &Link::busy, "links/totals/busy");
        fill(data_.links, &Link::queueing, "links/totals/queueing");
        fill(data_.links, &Link::critical, "links/totals/critical");
    }

    void read_tasks() {
        using Task = RunData::Task;
        data_.tasks.resize(data_.summary.tasks);
        Texts kinds = texts("tasks/kind", data_.tasks.size()), ops = texts("tasks/operator", data_.tasks.size()),
              nodes = texts("tasks/node", data_.tasks.size());
        for (std::size_t i = 0; i < data_.tasks.size(); ++i) {
            data_.tasks[i].kind = named(task_kinds, kinds[i], "tasks/kind");
            data_.tasks[i].op = row_or_none(operators_, ops[i], "tasks/operator");
            bool anywhere = data_.tasks[i].kind == TaskKind::join;
            data_.tasks[i].node =
                anywhere ? row_or_none(node_rows_, nodes[i], "tasks/node") : row(node_rows_, nodes[i], "tasks/node");
        }
        fill(data_.tasks, &Task::ready, "tasks/ready");
        fill(data_.tasks, &Task::start, "tasks/start");
        fill(data_.tasks, &Task::end, "tasks/end");
        fill(data_.tasks, &Task::bytes, "tasks/bytes");
        fill(data_.tasks, &Task::cycles, "tasks/cycles");
        fill(data_.tasks, &Task::macs, "tasks/macs");
        fill(data_.tasks, &Task::blocked_by, "tasks/blocked_by");
        for (const Task& each : data_.tasks) task(each.blocked_by, "tasks/blocked_by", true);
    }

    void read_transfers() {
        using Transfer = RunData::Transfer;
        std::size_t count = data_.summary.transfers;
        data_.transfers.resize(count);
        fill(data_.transfers, &Transfer::task, "transfers/task");
        fill(data_.transfers, &Transfer::alone, "transfers/alone");
        Texts destinations = texts("transfers/destination", count), routes = texts("transfers/route", count),
              reasons = texts("transfers/purpose", count);
        std::unordered_map<std::string, std::int32_t> known;
        for (std::size_t i = 0; i < count; ++i) {
            Transfer& transfer = data_.transfers[i];
            RunData::Task& its_task = data_.tasks[task(transfer.task, "transfers/task", false)];
            if (its_task.kind != TaskKind::transfer || its_task.transfer >= 0)
                file_.refuse(fmt::format("'transfers/task' names task {}, which is {}", transfer.task,
                                         its_task.transfer >= 0 ? "named before" : "no transfer"));
            its_task.transfer = static_cast<std::int32_t>(i);
            transfer.destination = row(node_rows_, destinations[i], "transfers/destination");
            transfer.purpose = named(purposes, reasons[i], "transfers/purpose");
            auto [entry, added] = known.emplace(routes[i], data_.routes.size());
            if (added) data_.routes.push_back(route(routes[i]));
            transfer.route = entry->second;
        }
        for (std::size_t i = 0; i < data_.tasks.size(); ++i)
            if (data_.tasks[i].kind == TaskKind::transfer && data_.tasks[i].transfer < 0)
                file_.refuse(fmt::format("'transfers/task' does not name task {}, which is a transfer", i));
    }
    std::vector<std::int32_t> route(const std::string& text) const {
        std::vector<std::int32_t> links;
        std::istringstream words(text);
        for (std::string word; words >> word;) links.push_back(row(link_rows_, word, "transfers/route"));
        return links;
    }

    void read_dependencies() {
        Integers before = file_.integers("dependencies/before");
        Integers after = integers("dependencies/after", before.size());
        for (std::size_t i = 0; i < before.size(); ++i)
            data_.dependencies.emplace_back(task(before[i], "dependencies/before", false),
                                            task(after[i], "dependencies/after", false));
    }

    void read_path() {
        using Step = RunData::Step;
        data_.critical_path.resize(file_.rows("critical_path/task"));
        fill(data_.critical_path, &Step::task, "critical_path/task");
        fill(data_.critical_path, &Step::begin, "critical_path/begin");
        fill(data_.critical_path, &Step::end, "critical_path/end");
        for (const Step& step : data_.critical_path) task(step.task, "critical_path/task", true);
    }

    void read_bins() {
        data_.link_bins = file_.integers("links/bins");
        data_.memory_bins = file_.integers("memory/bins");
        if (data_.link_bins.size() < 2 || data_.memory_bins.size() < 2)
            file_.refuse("'links/bins' or 'memory/bins' has no bin");
        data_.utilization = reals("links/utilization", data_.links.size() * (data_.link_bins.size() - 1));
        data_.occupancy = integers("memory/occupancy", data_.nodes.size() * (data_.memory_bins.size() - 1));
    }

    void read_search() {
        RunData::Search search;
        search.name = file_.text_attribute("search", "name");
        search.objective =
            file_.has_attribute("search", "objective") ? file_.text_attribute("search", "objective") : "latency";
        search.seed = file_.integer_attribute("search", "seed");
        search.evaluations = file_.integer_attribute("search", "evaluations");
        search.latencies = file_.integers("search/candidates/latency");
        search.best = integers("search/candidates/best", search.latencies.size());
        if (file_.has("search/pareto")) {
            search.pareto.resize(file_.rows("search/pareto/evaluation"));
            fill(search.pareto, &ParetoRow::evaluation, "search/pareto/evaluation");
            fill(search.pareto, &ParetoRow::latency, "search/pareto/latency");
            fill(search.pareto, &ParetoRow::peak_memory, "search/pareto/peak_memory");
            std::vector<double> energies = reals("search/pareto/energy", search.pareto.size());
            for (std::size_t i = 0; i < energies.size(); ++i) search.pareto[i].energy_j = energies[i];
        }
        data_.search = std::move(search);
    }

    void read_sensitivities() {
        auto& rows = data_.sensitivities;
        rows.resize(file_.rows("sensitivity/resource"));
        Texts resources = texts("sensitivity/resource", rows.size()), kinds = texts("sensitivity/kind", rows.size());
        Texts agreements = texts("sensitivity/agreement", rows.size());
        Texts limits = texts("sensitivity/limited_by", rows.size());
        fill(rows, &Sensitivity::path_time, "sensitivity/path_time");
        fill(rows, &Sensitivity::predicted, "sensitivity/predicted");
        fill(rows, &Sensitivity::confirmed, "sensitivity/confirmed");
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].resource = resources[i];
            rows[i].kind = kinds[i];
            rows[i].agreement =
                named({Agreement::agrees, Agreement::moved, Agreement::waits}, agreements[i], "sensitivity/agreement");
            rows[i].limited_by = limits[i];
        }
    }

    const hdf5::InputFile& file_;
    RunData data_;
    Rows node_rows_, link_rows_, operators_;
};

} // namespace

RunData read_run(const std::string& path) {
    hdf5::InputFile file(path);
    return Reader(file).read();
}

RunData run_data(const RunRecord& record) {
    hdf5::InputFile file("the recorded run", run_file_image(record));
    return Reader(file).read();
}

} // namespace arsia
