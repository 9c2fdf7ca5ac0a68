#include "mapper/searches/cost_model.h"

#include <algorithm>
#include <numeric>

#include "mapper/lowering/rank_groups.h"
#include "mapper/lowering/shared_shards.h"
#include "models/plan_of.h"

namespace arsia {

namespace {

Extents largest_shard(const Extents& extents, const Factors& factors) {
    Extents out{};
    for (std::size_t i = 0; i < dim_count; ++i) out[i] = divide_up(extents[i], factors[i]);
    return out;
}

} // namespace

CostModel::Flows::Flows(const Platform& platform)
    : platform_(&platform), link_bytes_(platform.links.size(), 0), sent_(platform.nodes.size(), 0) {}

void CostModel::Flows::clear() {
    for (LinkId link : links_) link_bytes_[link] = 0;
    for (NodeId node : senders_) sent_[node] = 0;
    links_.clear();
    senders_.clear();
    latency_ = 0;
}

void CostModel::Flows::add(NodeId from, NodeId to, double bytes) {
    double latency = 0;
    for (LinkId link : platform_->route(from, to)) {
        if (link_bytes_[link] == 0) links_.push_back(link);
        link_bytes_[link] += bytes;
        latency += static_cast<double>(platform_->links[link].latency);
    }
    latency_ = std::max(latency_, latency);
    if (sent_[from]++ == 0) senders_.push_back(from);
}

double CostModel::Flows::time() const {
    double busiest = 0, setup = 0;
    for (LinkId link : links_)
        busiest = std::max(busiest, link_bytes_[link] * 1e12 / platform_->links[link].bandwidth.bytes_per_second());
    for (NodeId node : senders_) {
        const Dma& dma = platform_->nodes[node].dma;
        int rounds = (sent_[node] + dma.channels - 1) / std::max(1, dma.channels);
        setup = std::max(setup, static_cast<double>(dma.setup) * rounds);
    }
    return busiest + latency_ + setup;
}

std::size_t CostModel::KeyHash::operator()(const Key& key) const {
    std::uint64_t hash = key.a;
    for (std::uint64_t part : {key.b, key.c, key.d, key.e}) hash = (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9ULL + part;
    return static_cast<std::size_t>(hash ^ (hash >> 32));
}

CostModel::CostModel(const GenomeSpace& space) : space_(&space), flows_(space.scenario().platform) {}

void CostModel::make_room() {
    constexpr std::size_t most_edges = 1 << 15, most_boxes = 1 << 17; // some hundred megabytes
    if (edges_.size() > most_edges) edges_.clear();
    if (owned_.size() + needed_.size() <= most_boxes) return;
    owned_.clear();
    needed_.clear();
}

const CostModel::RunTimes& CostModel::entry(const SetGene& set, OperatorId id) {
    auto [at, added] = run_times_.try_emplace(Key{set.node, set.design, space_->layer(id)});
    if (!added) return at->second;
    RunTimes& out = at->second;
    for (const Strategy& strategy : space_->strategies(set, id)) out.times.push_back(run_time(set, id, strategy));
    out.shortlist.resize(out.times.size());
    std::iota(out.shortlist.begin(), out.shortlist.end(), 0U);
    std::stable_sort(out.shortlist.begin(), out.shortlist.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return out.times[a] < out.times[b]; });
    constexpr std::size_t longest = 48;
    if (out.shortlist.size() > longest) out.shortlist.resize(longest);
    return out;
}

const std::vector<double>& CostModel::run_times(const SetGene& set, OperatorId op) { return entry(set, op).times; }

const std::vector<std::uint32_t>& CostModel::shortlist(const SetGene& set, OperatorId op) {
    return entry(set, op).shortlist;
}

double CostModel::shard_time(const SetGene& set, const Operator& op, const Extents& shard) const {
    const Design& design = *space_->designs()[set.design];
    NodeId node = space_->tree().node(set.node).accelerators.front();
    TilePlan plan = plan_of(design, op, shard, space_->graph().element_bits);
    double bytes_per_ps = space_->scenario().platform.nodes[node].memory.bandwidth.bytes_per_second() / 1e12;
    double compute = static_cast<double>(cycles_time(plan.compute_cycles, design.clock));
    return std::max(compute, static_cast<double>(plan.memory_bytes()) / bytes_per_ps);
}

double CostModel::run_time(const SetGene& set, OperatorId id, const Strategy& strategy) {
    const Operator& op = space_->graph().operators[id];
    const Graph& graph = space_->graph();
    const std::vector<NodeId>& nodes = space_->tree().node(set.node).accelerators;
    Extents shard = largest_shard(op.extents, strategy.es);
    std::optional<SharedTensor> shared;
    if (strategy.ss) shared = find_shared_tensor(op, graph, strategy.es, *strategy.ss);
    std::int64_t phases = shared ? shared->replicas : 1;
    if (shared) at(shard, *strategy.ss) = divide_up(at(shard, *strategy.ss), phases);
    double phase = space_->is_mix(set.design)
                       ? space_->speeds().longest(space_->members(set.design), id, strategy, phases)
                       : shard_time(set, op, shard);
    double reduction = reduction_time(set, op, strategy) + exchange_time(set, op, strategy);
    if (!shared) return phase + reduction;

    // What goes to the next replica while a phase runs.
    Extents part = shard;
    IterationBox box = whole_box(part);
    TensorBox moved = shared->weights ? op.weight_box(box)
                                      : op.input_box(shared->input, graph.tensors[op.inputs[shared->input]].shape, box);
    RankGroups replicas;
    replicas.rebuild(strategy.es, shared->replicated_over);
    flows_.clear();
    for (std::size_t group = 0; group < replicas.count(); ++group)
        for (std::size_t member = 0; member < replicas.size(); ++member)
            flows_.add(nodes[replicas.rank(group, member)], nodes[replicas.rank(group, member + 1)],
                       static_cast<double>(graph.bytes_of(moved.volume())));
    double step = flows_.time();
    return phase + static_cast<double>(phases - 1) * std::max(phase, step) + reduction;
}

double CostModel::reduction_time(const SetGene& set, const Operator& op, const Strategy& strategy) {
    const Factors& es = strategy.es;
    RankGroups partial;
    partial.rebuild(strategy, reduction_dims);
    if (partial.size() == 1) return 0;
    const std::vector<NodeId>& nodes = space_->tree().node(set.node).accelerators;
    TensorBox box = op.output_box(whole_box(largest_shard(op.extents, es)));
    auto bytes = static_cast<double>(space_->graph().bytes_of(box.volume()));
    flows_.clear();
    for (std::size_t group = 0; group < partial.count(); ++group)
        for (std::size_t a = 0; a < partial.size(); ++a)
            for (std::size_t b = 0; b < partial.size(); ++b)
                if (a != b)
                    flows_.add(nodes[partial.rank(group, a)], nodes[partial.rank(group, b)],
                               bytes / static_cast<double>(partial.size()));
    double bytes_per_ps = space_->scenario().platform.nodes[nodes.front()].memory.bandwidth.bytes_per_second() / 1e12;
    return flows_.time() + 2 * bytes / bytes_per_ps;
}

/// Between the steps of a recurrent layer whose hidden channels are shared out.
double CostModel::exchange_time(const SetGene& set, const Operator& op, const Strategy& strategy) {
    const Factors& es = strategy.es;
    if (op.kind != OperatorKind::lstm || at(es, Dim::K) == 1) return 0;
    RankGroups groups;
    groups.rebuild(strategy, {Dim::K});
    const std::vector<NodeId>& nodes = space_->tree().node(set.node).accelerators;
    Extents shard = largest_shard(op.extents, es);
    auto bytes = static_cast<double>(space_->graph().bytes_of(at(shard, Dim::N) * at(shard, Dim::K)));
    flows_.clear();
    for (std::size_t group = 0; group < groups.count(); ++group)
        for (std::size_t a = 0; a < groups.size(); ++a)
            for (std::size_t b = 0; b < groups.size(); ++b)
                if (a != b) flows_.add(nodes[groups.rank(group, a)], nodes[groups.rank(group, b)], bytes);
    return flows_.time() * static_cast<double>(at(op.extents, Dim::P) - 1);
}

const CostModel::Boxes& CostModel::owned(const SetGene& set, OperatorId id, std::uint32_t choice, std::size_t axis) {
    auto [at, added] = owned_.try_emplace(
        Key{space_->strategy_list(set), space_->layer(id), static_cast<std::uint32_t>(axis), choice});
    if (!added) return at->second;
    const Operator& op = space_->graph().operators[id];
    Boxes& boxes = at->second;
    const Strategy& strategy = space_->strategies(set, id)[choice];
    boxes.resize(space_->tree().node(set.node).accelerators.size());
    RankGroups partial;
    partial.rebuild(strategy, reduction_dims);
    for (std::size_t group = 0; group < partial.count(); ++group) {
        for (std::size_t member = 0; member < partial.size(); ++member) {
            std::size_t rank = partial.rank(group, member);
            TensorBox box = op.output_box(shard_of(op.extents, strategy, rank));
            box[axis] =
                part_of(box[axis], static_cast<std::int64_t>(partial.size()), static_cast<std::int64_t>(member));
            boxes[rank] = box;
        }
    }
    return boxes;
}

const CostModel::Boxes& CostModel::needed(const SetGene& set, OperatorId id, std::size_t input, std::uint32_t choice) {
    auto [at, added] = needed_.try_emplace(
        Key{space_->strategy_list(set), space_->layer(id), static_cast<std::uint32_t>(input), choice});
    if (!added) return at->second;
    const Operator& op = space_->graph().operators[id];
    const TensorShape& shape = space_->graph().tensors[op.inputs[input]].shape;
    const Strategy& strategy = space_->strategies(set, id)[choice];
    for (std::size_t rank = 0; rank < space_->tree().node(set.node).accelerators.size(); ++rank)
        at->second.push_back(need_of(op, input, shape, shard_of(op.extents, strategy, rank)));
    return at->second;
}

double CostModel::fetch_time(const std::vector<NodeId>& owners, const Boxes& owned_boxes,
                             const std::vector<NodeId>& readers, const Boxes& needed_boxes) {
    const Graph& graph = space_->graph();
    flows_.clear();
    for (std::size_t reader = 0; reader < readers.size(); ++reader) {
        for (std::size_t owner = 0; owner < owners.size(); ++owner) {
            if (owners[owner] == readers[reader]) continue;
            TensorBox common = intersect(owned_boxes[owner], needed_boxes[reader]);
            if (!common.empty())
                flows_.add(owners[owner], readers[reader], static_cast<double>(graph.bytes_of(common.volume())));
        }
    }
    return flows_.time();
}

CostModel::EdgeTimes& CostModel::edge_times(const Assignment& assignment, OperatorId op, std::size_t input) {
    const Graph& graph = space_->graph();
    const Tensor& tensor = graph.tensors[graph.operators[op].inputs[input]];
    PartitionTree::Index owner = PartitionTree::none;
    std::size_t producer_choices = 1;
    std::uint32_t producer = 0;
    if (!tensor.is_input()) {
        const SetGene& set = assignment.sets[assignment.set_of[tensor.producer]];
        owner = set.node;
        producer = space_->layer(tensor.producer);
        producer_choices = space_->strategies(set, tensor.producer).size();
    }
    const SetGene& reader = assignment.sets[assignment.set_of[op]];
    EdgeTimes& table = edges_[Key{space_->layer(op), static_cast<std::uint32_t>(input), owner, reader.node, producer}];
    if (table.empty()) table.resize(producer_choices);
    return table;
}

double CostModel::look_up(EdgeTimes& table, const Assignment& assignment, OperatorId op, std::size_t input,
                          std::uint32_t from, std::uint32_t to) {
    std::vector<double>& row = table[from];
    if (row.empty()) row.assign(space_->strategies(assignment.sets[assignment.set_of[op]], op).size(), -1);
    if (row[to] < 0) row[to] = guess_edge(assignment, op, input, from, to);
    return row[to];
}

double CostModel::edge_time(const Assignment& assignment, OperatorId op, std::size_t input, std::uint32_t from,
                            std::uint32_t to) {
    return look_up(edge_times(assignment, op, input), assignment, op, input, from, to);
}

double CostModel::guess_edge(const Assignment& assignment, OperatorId op, std::size_t input, std::uint32_t from,
                             std::uint32_t to) {
    const Graph& graph = space_->graph();
    const Tensor& tensor = graph.tensors[graph.operators[op].inputs[input]];
    const SetGene& reader = assignment.sets[assignment.set_of[op]];
    const PartitionTree& tree = space_->tree();
    const Strategy& strategy = space_->strategies(reader, op)[to];
    const Boxes& wanted = needed(reader, op, input, to);
    const std::vector<NodeId>& readers = tree.node(reader.node).accelerators;
    double time = 0;
    if (tensor.residence != Residence::host) return 0; // in the readers' memories
    if (tensor.is_input()) {
        time = fetch_time({space_->scenario().host}, {whole_box(tensor.shape)}, readers, wanted);
    } else {
        const SetGene& producer = assignment.sets[assignment.set_of[tensor.producer]];
        const std::vector<NodeId>& owners = tree.node(producer.node).accelerators;
        // Partial sums are cut along the axis that suits their reader best.
        const Factors& es = space_->strategies(producer, tensor.producer)[from].es;
        std::size_t axes = product_of(es, reduction_dims) > 1 ? tensor.shape.size() : 1;
        time = fetch_time(owners, owned(producer, tensor.producer, from, 0), readers, wanted);
        for (std::size_t axis = 1; axis < axes; ++axis)
            time = std::min(time, fetch_time(owners, owned(producer, tensor.producer, from, axis), readers, wanted));
    }
    if (strategy.ss) { // only a shard is fetched; the rest goes round beside the computing
        auto shared = find_shared_tensor(graph.operators[op], graph, strategy.es, *strategy.ss);
        if (shared && !shared->weights && shared->input == input) time /= static_cast<double>(shared->replicas);
    }
    return time;
}

const std::vector<double>& CostModel::local_times(const Assignment& assignment, const StrategyGenes& genes,
                                                  OperatorId op, const std::vector<std::uint32_t>& choices,
                                                  bool with_consumers) {
    const Graph& graph = space_->graph();
    const Operator& what = graph.operators[op];
    make_room();
    std::vector<double>& times = local_times_;
    times.clear();
    const std::vector<double>& run = run_times(assignment.sets[assignment.set_of[op]], op);
    for (std::uint32_t choice : choices) times.push_back(run[choice]);
    for (std::size_t input = 0; input < what.inputs.size(); ++input) {
        const Tensor& tensor = graph.tensors[what.inputs[input]];
        std::uint32_t from = tensor.is_input() ? 0 : genes[tensor.producer];
        EdgeTimes& table = edge_times(assignment, op, input);
        for (std::size_t i = 0; i < choices.size(); ++i)
            times[i] += look_up(table, assignment, op, input, from, choices[i]);
    }
    if (!with_consumers) return times;
    for (OperatorId consumer : graph.tensors[what.output].consumers) {
        const std::vector<TensorId>& inputs = graph.operators[consumer].inputs;
        for (std::size_t input = 0; input < inputs.size(); ++input) {
            if (inputs[input] != what.output) continue;
            EdgeTimes& table = edge_times(assignment, consumer, input);
            for (std::size_t i = 0; i < choices.size(); ++i)
                times[i] += look_up(table, assignment, consumer, input, choices[i], genes[consumer]);
        }
    }
    return times;
}

double CostModel::total_time(const Assignment& assignment, const StrategyGenes& genes) {
    double sum = 0;
    for (OperatorId op : ids_of(genes)) sum += local_times(assignment, genes, op, {genes[op]}, false).front();
    return sum;
}

} // namespace arsia
