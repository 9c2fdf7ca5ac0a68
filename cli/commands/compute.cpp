// `arsia compute`: operators on one accelerator, no network.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/run_report.h"
#include "cli/stage.h"
#include "cli/table.h"
#include "models/design.h"
#include "models/plan_of.h"
#include "sim/simulator.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

/// So fast that a tile's bytes take a few picoseconds, far less than a cycle: a run then shows the design alone.
constexpr Bandwidth ample_bandwidth{1'000'000'000'000'000'000};
constexpr Bytes ample_capacity = Bytes{1} << 50;

/// One operator as it ran.
struct OperatorRun {
    OperatorId op;
    std::shared_ptr<const TilePlan> plan;
    TaskId task;
    TimePs latency = 0;
    Cycles cycles = 0; ///< of the whole latency: also those spent waiting for memory
    bool memory_bound = false;
    double utilization = 0;
    double compute_j = 0, memory_j = 0, static_j = 0; ///< by the design's figures

    double energy_j() const { return compute_j + memory_j + static_j; }
    /// Multiply-accumulates a byte of memory traffic; 0 without either.
    double intensity() const {
        Bytes bytes = plan->memory_bytes();
        return bytes > 0 ? static_cast<double>(plan->macs) / static_cast<double>(bytes) : 0;
    }
};

struct Refusal {
    OperatorId op;
    std::string reason;
};

Platform one_accelerator(const Design& design, Bandwidth memory) {
    Platform platform;
    platform.name = "one_accelerator";
    Node node;
    node.name = "acc0";
    node.memory = {ample_capacity, memory, 0};
    node.designs = {design.name};
    platform.nodes.push_back(node);
    return platform;
}

std::vector<OperatorId> chosen_operators(const Graph& graph, const std::optional<std::string>& name) {
    std::vector<OperatorId> out;
    if (!name) {
        for (OperatorId op : ids_of(graph.operators)) out.push_back(op);
        return out;
    }
    OperatorId op = graph.find_operator(*name);
    if (!op.valid()) {
        std::vector<std::string> names;
        for (const Operator& known : graph.operators) names.push_back(known.name);
        throw InputError(fmt::format("--operator: {} has no operator '{}'{}; there are: {}", graph.name, *name,
                                     did_you_mean(*name, names), name_list(names)));
    }
    return {op};
}

/// Whole cycles nearest to a duration.
Cycles cycles_of(TimePs duration, Frequency clock) {
    constexpr std::uint64_t twice_ps_per_second = 2'000'000'000'000;
    auto half_cycles = static_cast<unsigned __int128>(duration) * 2 * clock.hertz;
    return static_cast<Cycles>((half_cycles + twice_ps_per_second / 2) / twice_ps_per_second);
}

/// One accelerator with one design, running operators one after the other.
class Bench {
public:
    Bench(const Graph& graph, const Design& design, Bandwidth memory)
        : graph_(graph), design_(design), memory_(memory), platform_(one_accelerator(design, memory)) {}

    void run(const std::vector<OperatorId>& operators) {
        Program program;
        for (OperatorId id : operators) add(program, id);
        Simulator simulator(platform_);
        RunOptions options;
        options.graph = &graph_;
        const RunResult& result = simulator.run(program, options);
        for (OperatorRun& op : runs_) finish(op, result.tasks[op.task]);
        latency_ = result.latency;
    }

    const std::vector<OperatorRun>& runs() const { return runs_; }
    const std::vector<Refusal>& refusals() const { return refusals_; }
    TimePs latency() const { return latency_; }

private:
    void add(Program& program, OperatorId id) {
        const Operator& op = graph_.operators[id];
        if (std::optional<std::string> reason = design_.refusal(op)) {
            refusals_.push_back({id, *reason});
            return;
        }
        OperatorRun added;
        added.op = id;
        added.plan = std::make_shared<const TilePlan>(plan_of(design_, op, op.extents, graph_.element_bits));
        Task task;
        task.kind = TaskKind::compute;
        task.node = NodeId(0);
        task.op = id;
        task.plan = program.add_plan(added.plan);
        added.task = program.add(task);
        if (!runs_.empty()) program.depend(added.task, runs_.back().task);
        runs_.push_back(added);
    }

    void finish(OperatorRun& run, const TaskTimes& times) const {
        run.latency = times.end - times.start;
        run.cycles = cycles_of(run.latency, run.plan->clock);
        run.memory_bound =
            transfer_time(run.plan->memory_bytes(), memory_) > cycles_time(run.plan->compute_cycles, run.plan->clock);
        double capacity = static_cast<double>(design_.multipliers) * static_cast<double>(run.cycles);
        run.utilization = capacity > 0 ? static_cast<double>(run.plan->macs) / capacity : 0;
        const DesignEnergy& energy = design_.energy;
        constexpr double pico = 1e-12;
        run.compute_j = energy.pj_per_mac * static_cast<double>(run.plan->macs) * pico;
        run.memory_j = energy.pj_per_memory_byte * static_cast<double>(run.plan->memory_bytes()) * pico;
        run.static_j = energy.static_w * static_cast<double>(run.latency) * pico;
    }

    const Graph& graph_;
    const Design& design_;
    Bandwidth memory_;
    Platform platform_;
    std::vector<OperatorRun> runs_;
    std::vector<Refusal> refusals_;
    TimePs latency_ = 0;
};

Cycles total_cycles(const Bench& bench) {
    Cycles total = 0;
    for (const OperatorRun& run : bench.runs()) total = checked_add(total, run.cycles, "the sum of cycles");
    return total;
}

/// Joules of all operators, by cause.
struct EnergySum {
    double compute_j = 0, memory_j = 0, static_j = 0;
    double total_j() const { return compute_j + memory_j + static_j; }
};

EnergySum total_energy(const Bench& bench) {
    EnergySum sum;
    for (const OperatorRun& run : bench.runs()) {
        sum.compute_j += run.compute_j;
        sum.memory_j += run.memory_j;
        sum.static_j += run.static_j;
    }
    return sum;
}

std::string energy_text(const Design& design, const EnergySum& sum) {
    if (!design.energy.is_stated()) return "energy    not stated by the design\n";
    constexpr std::size_t second_column = 10;
    return fmt::format("energy    {:.4g} J (compute {:.4g}, memory {:.4g}, static {:.4g})\n{}{}\n", sum.total_j(),
                       sum.compute_j, sum.memory_j, sum.static_j, std::string(second_column, ' '),
                       wrapped(design.energy.source, second_column));
}

Json bench_object(const Graph& graph, const Design& design, const Bench& bench) {
    Json operators = Json::array(), refused = Json::array();
    for (const OperatorRun& run : bench.runs())
        operators.push_back({{"name", graph.operators[run.op].name},
                             {"macs", run.plan->macs},
                             {"cycles", run.cycles},
                             {"compute_cycles", run.plan->compute_cycles},
                             {"tiles", run.plan->tiles},
                             {"utilization", run.utilization},
                             {"bytes", run.plan->memory_bytes()},
                             {"input_bytes", run.plan->input_bytes},
                             {"weight_bytes", run.plan->weight_bytes},
                             {"output_bytes", run.plan->store_bytes},
                             {"macs_per_byte", run.intensity()},
                             {"bound", run.memory_bound ? "memory" : "compute"},
                             {"latency_ns", nanoseconds(run.latency)},
                             {"latency_ps", run.latency},
                             {"energy_j", run.energy_j()}});
    const EnergySum energy = total_energy(bench);
    for (const Refusal& refusal : bench.refusals())
        refused.push_back({{"name", graph.operators[refusal.op].name}, {"reason", refusal.reason}});
    return {{"design", design.name},
            {"workload", graph.name},
            {"operators", operators},
            {"refused", refused},
            {"total_cycles", total_cycles(bench)},
            {"latency_ns", nanoseconds(bench.latency())},
            {"latency_ps", bench.latency()},
            {"energy_j", energy.total_j()},
            {"energy_by_cause_j",
             {{"compute", energy.compute_j}, {"memory", energy.memory_j}, {"static", energy.static_j}}},
            {"energy_source", design.energy.source}};
}

std::string bench_text(const Graph& graph, const Design& design, const Bench& bench) {
    Table table({"operator", "K x C x P x Q", ">MACs", ">cycles", ">utilization", ">input", ">weights", ">output",
                 ">MACs/byte", "bound", ">latency"});
    auto bytes = [](Bytes size) { return format_bytes(static_cast<double>(size)); };
    for (const OperatorRun& run : bench.runs()) {
        const Operator& op = graph.operators[run.op];
        table.row({op.name, shape_text(op), run.plan->macs ? format_count(static_cast<double>(run.plan->macs)) : "-",
                   std::to_string(run.cycles), run.plan->macs ? fmt::format("{:.1f} %", run.utilization * 100) : "-",
                   bytes(run.plan->input_bytes), bytes(run.plan->weight_bytes), bytes(run.plan->store_bytes),
                   run.plan->macs ? fmt::format("{:.1f}", run.intensity()) : "-",
                   run.memory_bound ? "memory" : "compute", format_time(run.latency)});
    }
    return fmt::format("{} on one {} ({} multipliers)\n\n{}\ntotal     {} cycles, {} ({} ps)\n", graph.name,
                       design.name, design.multipliers, table.text(), total_cycles(bench), format_time(bench.latency()),
                       bench.latency()) +
           energy_text(design, total_energy(bench));
}

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    Stage stage(console, "reading the design and the workload");
    DesignPtr design = read_design(arguments.text("design"));
    Graph graph = read_workload(arguments.text("workload"));
    bool limited = arguments.given("memory-bandwidth");
    Bench bench(graph, *design, limited ? arguments.bandwidth("memory-bandwidth") : ample_bandwidth);
    stage.done(fmt::format("read design {} and workload {}, {}", design->name, graph.name,
                           counted(graph.operators.size(), "operator")));
    Stage simulation(console, "simulating");
    bench.run(chosen_operators(graph, arguments.optional_text("operator")));
    simulation.done(fmt::format("simulated {}", counted(bench.runs().size(), "operator")));
    console.result(bench_object(graph, *design, bench));
    console.print(bench_text(graph, *design, bench));
    if (bench.refusals().empty()) return 0;
    for (const Refusal& refusal : bench.refusals())
        console.fail(fmt::format("{} refuses {}: {}", design->name, graph.operators[refusal.op].name, refusal.reason),
                     1);
    return 1;
}

} // namespace

Command compute_command() {
    return {{"compute",
             {},
             {{"design", "D", "Design: catalog name or file", true, "", 0, false, Values::from("designs")},
              workload_option(),
              {"operator", "OP", "Only this operator; otherwise all, one after the other"},
              {"memory-bandwidth", "B", "Bandwidth of the local memory, like '19.2 GB/s'; otherwise it never limits"}}},
            "Run operators on one accelerator, without a network",
            "Runs each operator of a workload on one accelerator of a design. Cycles are those of the whole operator,\n"
            "waits for memory included; utilization is MACs / (multipliers x cycles). Input, weights and output are\n"
            "the bytes that are loaded and stored; the second operand of a product of activations counts as weights.\n"
            "Exit status 1 if the design refuses an operator; the others are run nonetheless.",
            "arsia compute --design superlip_64_7_7_14 --workload alexnet --memory-bandwidth '19.2 GB/s'",
            run};
}

} // namespace arsia
