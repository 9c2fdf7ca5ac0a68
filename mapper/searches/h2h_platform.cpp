#include "mapper/searches/h2h_platform.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "models/plan_of.h"

namespace arsia {

H2hPlatform::H2hPlatform(std::shared_ptr<const Scenario> scenario) : scenario_(std::move(scenario)) {
    for (NodeId node : scenario_->accelerators)
        weight_room_.push_back(static_cast<double>(scenario_->platform.nodes[node].memory.capacity));
    measure_designs();
    choose_designs();
    add_layers();
}

void H2hPlatform::measure_designs() {
    const Graph& graph = scenario_->graph;
    for (const auto& [name, design] : scenario_->designs) {
        names_.push_back(name);
        IdVector<OperatorId, double> times, bytes;
        for (const Operator& op : graph.operators) {
            bool refused = design->refusal(op).has_value();
            TilePlan plan;
            if (!refused) plan = plan_of(*design, op, op.extents, graph.element_bits);
            times.push_back(refused ? -1 : static_cast<double>(cycles_time(plan.compute_cycles, design->clock)));
            bytes.push_back(refused ? 0 : static_cast<double>(plan.memory_bytes()));
        }
        compute_.push_back(std::move(times));
        moved_.push_back(std::move(bytes));
    }
}

void H2hPlatform::choose_designs() {
    std::vector<std::tuple<std::size_t, double>> costs; // refusals, time of all others
    for (const auto& times : compute_) {
        std::size_t refusals = 0;
        double total = 0;
        for (double time : times) (time < 0 ? refusals += 1 : total += time);
        costs.emplace_back(refusals, total);
    }
    for (NodeId node : scenario_->accelerators) {
        std::size_t best = names_.size();
        for (std::size_t design = 0; design < names_.size(); ++design)
            if (scenario_->allows(node, names_[design]) && (best == names_.size() || costs[design] < costs[best]))
                best = design;
        design_.push_back(best);
    }
    std::size_t left = layers_nobody_runs();
    while (left > 0) { // change the design that then leaves fewest of them, of these the best
        std::size_t chosen = accelerators(), to = 0;
        for (H2hAccelerator on = 0; on < accelerators(); ++on) {
            std::size_t present = design_[on];
            for (std::size_t design = 0; design < names_.size(); ++design) {
                if (!scenario_->allows(scenario_->accelerators[on], names_[design])) continue;
                design_[on] = design;
                std::size_t after = layers_nobody_runs();
                bool better = after < left || (after == left && chosen < accelerators() && costs[design] < costs[to]);
                if (!better) continue;
                left = after;
                chosen = on;
                to = design;
            }
            design_[on] = present;
        }
        if (chosen == accelerators()) return;
        design_[chosen] = to;
    }
}

std::size_t H2hPlatform::layers_nobody_runs() const {
    std::size_t count = 0;
    for (OperatorId layer : ids_of(scenario_->graph.operators)) {
        bool any = false;
        for (H2hAccelerator on = 0; on < accelerators() && !any; ++on) any = runs(layer, on);
        count += any ? 0 : 1;
    }
    return count;
}

void H2hPlatform::add_layers() {
    const Graph& graph = scenario_->graph;
    IdVector<OperatorId, std::vector<char>> runners; // of each leader and all that go with it, by accelerator
    for (OperatorId id : ids_of(graph.operators)) {
        const Operator& op = graph.operators[id];
        H2hLayer layer;
        layer.name = op.name;
        for (TensorId input : op.inputs) {
            const Tensor& tensor = graph.tensors[input];
            layer.inputs.push_back({tensor.producer, tensor.residence != Residence::host});
        }
        layer.consumers = graph.tensors[op.output].consumers;
        std::sort(layer.consumers.begin(), layer.consumers.end());
        layer.consumers.erase(std::unique(layer.consumers.begin(), layer.consumers.end()), layer.consumers.end());
        layer.is_output = graph.tensors[op.output].is_output;
        layer.weights = static_cast<double>(graph.bytes_of(op.weight_elements()));
        layers_.push_back(std::move(layer));
        std::vector<char> mine;
        for (H2hAccelerator on = 0; on < accelerators(); ++on) mine.push_back(runs(id, on) ? 1 : 0);
        runners.push_back(std::move(mine));
        choose_leader(id, runners);
    }
}

void H2hPlatform::choose_leader(OperatorId id, IdVector<OperatorId, std::vector<char>>& runners) {
    const Graph& graph = scenario_->graph;
    const Operator& op = graph.operators[id];
    layers_[id].leader = id;
    if (op.multiplies() || op.weight_elements() > 0) return;
    const Tensor* largest = nullptr;
    for (TensorId input : op.inputs) {
        const Tensor& tensor = graph.tensors[input];
        if (!tensor.is_input() && (largest == nullptr || tensor.elements() > largest->elements())) largest = &tensor;
    }
    if (largest == nullptr) return;
    const OperatorId leader = layers_[largest->producer].leader;
    std::vector<char> common = runners[leader];
    for (std::size_t on = 0; on < common.size(); ++on) common[on] = common[on] && runners[id][on];
    if (std::find(common.begin(), common.end(), 1) == common.end()) return;
    runners[leader] = std::move(common);
    layers_[id].leader = leader;
}

double H2hPlatform::compute_time(OperatorId layer, H2hAccelerator on) const {
    const Memory& memory = scenario_->platform.nodes[node_of(on)].memory;
    return std::max(compute_[design_[on]][layer],
                    moved_[design_[on]][layer] * 1e12 / memory.bandwidth.bytes_per_second());
}

double H2hPlatform::weight_time(OperatorId layer, H2hAccelerator on) const {
    double bytes = layers_[layer].weights;
    return bytes > 0 ? transfer_time(h2h_host, on, bytes) : 0;
}

double H2hPlatform::read_time(OperatorId layer, std::size_t input, H2hAccelerator from, H2hAccelerator on) const {
    const Graph& graph = scenario_->graph;
    const Tensor& tensor = graph.tensors[graph.operators[layer].inputs[input]];
    return transfer_time(from, on, static_cast<double>(graph.bytes_of(tensor.elements())));
}

double H2hPlatform::write_time(OperatorId layer, H2hAccelerator on) const {
    const Graph& graph = scenario_->graph;
    const Tensor& tensor = graph.tensors[graph.operators[layer].output];
    return transfer_time(on, h2h_host, static_cast<double>(graph.bytes_of(tensor.elements())));
}

double H2hPlatform::transfer_time(H2hAccelerator from, H2hAccelerator to, double bytes) const {
    const Platform& platform = scenario_->platform;
    double narrowest = std::numeric_limits<double>::infinity(), fixed = 0;
    for (LinkId link : platform.route(node_of(from), node_of(to))) {
        narrowest = std::min(narrowest, platform.links[link].bandwidth.bytes_per_second());
        fixed += static_cast<double>(platform.links[link].latency);
    }
    return fixed + static_cast<double>(platform.nodes[node_of(from)].dma.setup) + bytes * 1e12 / narrowest;
}

Mapping H2hPlatform::mapping(const H2hPlacement& placement) const {
    std::vector<AcceleratorSet> sets(accelerators());
    for (OperatorId op : ids_of(placement)) sets[placement[op]].operators.push_back({op, Strategy{}, std::nullopt});
    Mapping out;
    for (H2hAccelerator on = 0; on < sets.size(); ++on) {
        if (sets[on].operators.empty()) continue;
        sets[on].accelerators = {node_of(on)};
        sets[on].design = design_of(on);
        out.sets.push_back(std::move(sets[on]));
    }
    return out;
}

} // namespace arsia
