#include "collectives/collective.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "collectives/algorithms/algorithm.h"
#include "collectives/algorithms/hierarchical.h"
#include "collectives/lane.h"

namespace arsia {

namespace {

void check_ranks(const Platform& platform, const CollectiveSpec& spec, std::vector<std::string>& problems) {
    if (spec.ranks.size() < 2)
        problems.push_back(fmt::format("a collective needs at least two ranks, not {}", spec.ranks.size()));
    std::set<NodeId> seen;
    for (NodeId node : spec.ranks) {
        if (!platform.nodes.contains(node)) {
            problems.push_back("a rank is not on the platform");
            continue;
        }
        const Node& there = platform.nodes[node];
        if (there.kind == NodeKind::switch_node)
            problems.push_back(fmt::format("{} is a switch: it has no memory and cannot be a rank", there.name));
        if (!seen.insert(node).second) problems.push_back(fmt::format("{} is given more than one rank", there.name));
    }
}

void check_pairs(const Platform& platform, const CollectiveSpec& spec, std::vector<std::string>& problems) {
    if (spec.operation != CollectiveOperation::send_receive) {
        if (!spec.pairs.empty()) problems.push_back("only send-receive has pairs of ranks");
        return;
    }
    for (auto [from, to] : spec.pairs)
        if (from >= spec.ranks.size() || to >= spec.ranks.size())
            problems.push_back(fmt::format("pair {}:{} names a rank beyond {}", from, to, spec.ranks.size() - 1));
        else if (from == to)
            problems.push_back(fmt::format("the pair {0}:{0} sends to itself", platform.nodes[spec.ranks[from]].name));
}

void check_slices(const CollectiveSpec& spec, std::vector<std::string>& problems) {
    if (spec.slices.empty()) {
        if (spec.bytes < 1) problems.push_back("a collective moves at least one byte");
        return;
    }
    if (spec.operation != CollectiveOperation::reduce_scatter && spec.operation != CollectiveOperation::all_gather)
        problems.push_back(fmt::format("only reduce-scatter and all-gather take slices of stated sizes, not {}",
                                       info_of(spec.operation).name));
    if (spec.slices.size() != spec.ranks.size())
        problems.push_back(fmt::format("{} slices are stated for {} ranks", spec.slices.size(), spec.ranks.size()));
    bool negative = std::any_of(spec.slices.begin(), spec.slices.end(), [](Bytes bytes) { return bytes < 0; });
    bool nothing = std::all_of(spec.slices.begin(), spec.slices.end(), [](Bytes bytes) { return bytes == 0; });
    if (negative) problems.push_back("a slice has no less than 0 bytes");
    if (nothing) problems.push_back("a collective moves at least one byte");
}

/// All bytes of all ranks must be a number that can be reckoned with.
void check_total(const CollectiveSpec& spec) {
    Bytes most = spec.bytes;
    if (!spec.slices.empty()) most = 0;
    for (Bytes slice : spec.slices) most = checked_add(most, slice, "the data of a collective in bytes");
    checked_multiply(most, static_cast<std::int64_t>(spec.ranks.size()), "the data of a collective in bytes");
}

void check_algorithm(const CollectiveSpec& spec, CollectiveOperation operation, CollectiveAlgorithm algorithm,
                     std::vector<std::string>& problems) {
    const OperationInfo& info = info_of(operation);
    if (info.has(algorithm)) return;
    std::string why =
        operation == spec.operation ? "" : fmt::format(", which {} is made of", info_of(spec.operation).name);
    problems.push_back(fmt::format("there is no {} by {}{}; {} can be done by: {}", info.name, info_of(algorithm).name,
                                   why, info.name, name_list(algorithm_names(info))));
}

/// `axes`: null unless hierarchical.
void check_sizes(const CollectiveSpec& spec, const Axes* axes, std::vector<std::string>& problems) {
    if (!axes) {
        std::string refusal = stage_algorithm(spec.algorithm).refusal(spec.ranks.size());
        if (!refusal.empty()) problems.push_back(refusal);
        return;
    }
    if (!axes->problem.empty()) {
        problems.push_back(axes->problem);
        return;
    }
    for (std::size_t axis = 0; axis < axes->sizes.size(); ++axis) {
        std::string refusal = stage_algorithm(spec.dimension_algorithm).refusal(axes->sizes[axis]);
        if (!refusal.empty()) problems.push_back(fmt::format("along {}: {}", axes->names[axis], refusal));
    }
}

Axes axes_for(const Platform& platform, const CollectiveSpec& spec) {
    return spec.algorithm == CollectiveAlgorithm::hierarchical ? axes_of(platform, spec.ranks) : Axes();
}

std::vector<std::string> problems_with(const Platform& platform, const CollectiveSpec& spec, const Axes& axes) {
    std::vector<std::string> problems;
    bool hierarchical = spec.algorithm == CollectiveAlgorithm::hierarchical;
    check_ranks(platform, spec, problems);
    check_pairs(platform, spec, problems);
    check_slices(spec, problems);
    if (spec.chunks < 1) problems.push_back("there is at least one chunk");
    if (spec.root >= spec.ranks.size()) problems.push_back(fmt::format("there is no rank {} for the root", spec.root));
    std::size_t before = problems.size();
    check_algorithm(spec, spec.operation, spec.algorithm, problems);
    if (hierarchical && spec.dimension_algorithm == CollectiveAlgorithm::hierarchical)
        problems.push_back("the algorithm along a dimension cannot be hierarchical itself");
    else if (hierarchical)
        for (CollectiveOperation part : parts_of(spec.operation))
            check_algorithm(spec, part, spec.dimension_algorithm, problems);
    if (problems.size() == before) check_sizes(spec, hierarchical ? &axes : nullptr, problems);
    return problems;
}

void append_lane(Schedule& schedule, const CollectiveSpec& spec, const Lane& lane, const Axes& axes) {
    if (spec.algorithm == CollectiveAlgorithm::hierarchical) return Hierarchical(axes, spec, lane, schedule).append();
    Stage stage;
    stage.root = spec.root;
    for (std::uint32_t rank = 0; rank < spec.ranks.size(); ++rank) {
        stage.members.push_back(rank);
        if (rank < lane.slices.size()) stage.pieces.push_back(lane.piece({rank}));
        if (spec.operation == CollectiveOperation::all_to_all) stage.origins.push_back({rank});
    }
    lane.turn(stage);
    stage_algorithm(spec.algorithm).append(spec.operation, stage, schedule);
}

/// Every pair for itself; what a rank gets from several is there when all of it is.
void append_pairs(Schedule& schedule, const CollectiveSpec& spec, const Lane& lane) {
    std::size_t ranks = spec.ranks.size();
    std::vector<std::pair<std::size_t, std::size_t>> pairs = spec.pairs;
    for (std::size_t rank = 0; rank < ranks && spec.pairs.empty(); ++rank) pairs.emplace_back(rank, (rank + 1) % ranks);
    std::vector<std::vector<TaskId>> arrivals(ranks);
    for (auto [from, to] : pairs) {
        Schedule::Message message;
        message.from = from;
        message.to = to;
        arrivals[to].push_back(schedule.send(message, lane.piece({static_cast<std::uint32_t>(from)})));
    }
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        if (arrivals[rank].empty()) continue;
        arrivals[rank].push_back(schedule.ready(rank));
        schedule.set_ready(rank, schedule.join(std::move(arrivals[rank])));
    }
}

} // namespace

std::vector<std::string> collective_problems(const Platform& platform, const CollectiveSpec& spec) {
    return problems_with(platform, spec, axes_for(platform, spec));
}

std::vector<TaskId> append_collective(Program& program, const Platform& platform, const CollectiveSpec& spec,
                                      const std::vector<TaskId>& before, MoveLog* log) {
    Axes axes = axes_for(platform, spec);
    std::vector<Problem> problems;
    for (std::string& problem : problems_with(platform, spec, axes))
        problems.push_back({"", 0, "", std::move(problem)});
    if (!problems.empty()) throw InputError(problems);
    check_total(spec);

    std::vector<Lane> lanes = lanes_of(spec);
    std::vector<std::vector<TaskId>> done(spec.ranks.size());
    for (const Lane& lane : lanes) {
        if (log) log->slice_bytes.push_back(lane.slices);
        std::size_t number = static_cast<std::size_t>(&lane - lanes.data());
        Schedule schedule(program, spec, before, log, number);
        if (spec.operation == CollectiveOperation::send_receive)
            append_pairs(schedule, spec, lane);
        else
            append_lane(schedule, spec, lane, axes);
        for (std::size_t rank = 0; rank < done.size(); ++rank) done[rank].push_back(schedule.ready(rank));
    }
    Schedule end(program, spec, {}, nullptr, 0);
    std::vector<TaskId> after;
    for (std::size_t rank = 0; rank < done.size(); ++rank) {
        after.push_back(end.join(std::move(done[rank])));
        if (!spec.completion) continue;
        TaskId notice = end.notice(rank);
        end.wait(notice, after.back());
        after.back() = notice;
    }
    return after;
}

} // namespace arsia
