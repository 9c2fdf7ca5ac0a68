#include "mapper/searches/fixed_sets.h"

#include <algorithm>
#include <map>

#include "mapper/searches/variation.h"

namespace arsia {

namespace {

constexpr std::uint32_t nowhere = ~std::uint32_t{0};

} // namespace

FixedSets::FixedSets(const GenomeSpace& space) : space_(space), graph_(space.graph()) {
    find_branches();
    find_kinds();
}

void FixedSets::find_branches() {
    IdVector<TensorId, std::vector<TensorId>> before(graph_.tensors.size());
    for (TensorId id : ids_of(graph_.tensors))
        if (graph_.tensors[id].is_input()) before[id] = {id};
    for (const Operator& op : graph_.operators) {
        std::vector<TensorId>& all = before[op.output];
        for (TensorId input : op.inputs) all.insert(all.end(), before[input].begin(), before[input].end());
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        auto at = std::find(origins_.begin(), origins_.end(), all);
        branch_.push_back(static_cast<std::uint32_t>(at - origins_.begin()));
        if (at == origins_.end()) origins_.push_back(all);
    }
}

double FixedSets::time(NodeId node, OperatorId op) const {
    const std::vector<DesignIndex>& own = space_.allowed(space_.node_of({node}));
    return space_.accepts(own.front(), op) ? std::max(1.0, space_.compute_time(own.front(), op)) : -1.0;
}

void FixedSets::find_kinds() {
    IdVector<OperatorId, char> leads;
    for (const Operator& op : graph_.operators) leads.push_back(op.multiplies() ? 1 : 0);
    auto runs_on = [&](const Team& team, OperatorId op) {
        return std::any_of(team.begin(), team.end(), [&](NodeId node) { return time(node, op) >= 0; });
    };
    for (bool complete = false; !complete;) {
        kinds_.clear();
        group_by(leads);
        complete = true;
        for (OperatorId op : ids_of(graph_.operators)) {
            if (leads[op] != 0 || !runs_on(space_.scenario().accelerators, op)) continue;
            if (std::any_of(kinds_.begin(), kinds_.end(),
                            [&](const Kind& kind) { return runs_on(kind.accelerators, op); }))
                continue;
            leads[op] = 1;
            complete = false;
        }
    }
}

void FixedSets::group_by(const IdVector<OperatorId, char>& leads) {
    std::map<std::vector<bool>, Team> by_ability;
    for (NodeId node : space_.scenario().accelerators) {
        std::vector<bool> ability;
        for (OperatorId op : ids_of(graph_.operators)) ability.push_back(leads[op] != 0 && time(node, op) >= 0);
        by_ability[ability].push_back(node);
    }
    for (auto& [ability, nodes] : by_ability) kinds_.push_back({nodes, {}, {}, {}, 0});
    std::vector<std::map<std::uint32_t, std::vector<OperatorId>>> groups(kinds_.size());
    std::vector<std::map<NodeId, double>> times(kinds_.size());
    for (OperatorId op : ids_of(graph_.operators)) {
        if (leads[op] == 0) continue;
        std::size_t best = kinds_.size();
        double fastest = 0;
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
            double speed = 0;
            for (NodeId node : kinds_[kind].accelerators) speed += std::max(0.0, 1 / time(node, op));
            if (speed > fastest) best = kind;
            fastest = std::max(fastest, speed);
        }
        if (best == kinds_.size()) continue; // nobody runs it
        groups[best][branch_[op]].push_back(op);
        for (NodeId node : kinds_[best].accelerators) times[best][node] += time(node, op);
    }
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
        Kind& kind = kinds_[i];
        std::stable_sort(kind.accelerators.begin(), kind.accelerators.end(),
                         [&](NodeId a, NodeId b) { return times[i][a] < times[i][b]; });
        kind.work = times[i][kind.accelerators.front()];
        for (NodeId node : kind.accelerators) kind.speed.push_back(1 / std::max(1.0, times[i][node]));
        for (auto& [branch, operators] : groups[i]) {
            bool first = true;
            const std::vector<TensorId>& all = origins_[branch];
            for (const auto& [other, ignored] : groups[i]) {
                const std::vector<TensorId>& part = origins_[other];
                first = first && (other == branch || !std::includes(all.begin(), all.end(), part.begin(), part.end()));
            }
            kind.groups.push_back(operators);
            kind.is_first.push_back(first);
        }
    }
    kinds_.erase(std::remove_if(kinds_.begin(), kinds_.end(), [](const Kind& kind) { return kind.groups.empty(); }),
                 kinds_.end());
    std::stable_sort(kinds_.begin(), kinds_.end(), [](const Kind& a, const Kind& b) { return a.work > b.work; });
}

FixedSets::Teams FixedSets::empty_teams() const {
    return {{}, IdVector<OperatorId, std::uint32_t>(graph_.operators.size(), nowhere)};
}

void FixedSets::place(Teams& teams, const std::vector<OperatorId>& group, std::uint32_t team) const {
    for (OperatorId op : group) teams.set_of[op] = team;
}

void FixedSets::add_others(Teams& teams, const Kind& but, bool all) const {
    for (const Kind& kind : kinds_) {
        if (&kind == &but) continue;
        auto team = static_cast<std::uint32_t>(teams.members.size());
        teams.members.push_back(all ? kind.accelerators : Team{kind.accelerators.front()});
        for (const std::vector<OperatorId>& group : kind.groups) place(teams, group, team);
    }
}

FixedSets::Teams FixedSets::one_team(const Kind& kind, std::size_t size) const {
    Teams out = empty_teams();
    out.members.emplace_back(kind.accelerators.begin(), kind.accelerators.begin() + static_cast<std::ptrdiff_t>(size));
    for (const std::vector<OperatorId>& group : kind.groups) place(out, group, 0);
    return out;
}

std::vector<FixedSets::Team> FixedSets::dealt(const Kind& kind, std::size_t from) const {
    std::vector<double> work, speed;
    for (std::size_t group = 0; group < kind.groups.size(); ++group) {
        if (!kind.is_first[group]) continue;
        double sum = 0;
        for (OperatorId op : kind.groups[group]) {
            NodeId fastest = kind.accelerators.front();
            sum += space_.compute_time(space_.allowed(space_.node_of({fastest})).front(), op);
        }
        work.push_back(sum);
        speed.push_back(0);
    }
    std::vector<Team> teams(work.size());
    for (std::size_t i = from; i < kind.accelerators.size(); ++i) {
        std::size_t needy = 0;
        for (std::size_t team = 1; team < teams.size(); ++team)
            if (work[team] * speed[needy] > work[needy] * speed[team]) needy = team;
        if (i - from < teams.size()) needy = i - from; // each has one
        teams[needy].push_back(kind.accelerators[i]);
        speed[needy] += kind.speed[i];
    }
    return teams;
}

std::optional<FixedSets::Teams> FixedSets::branches(const Kind& kind, std::size_t apart) const {
    auto first = static_cast<std::size_t>(std::count(kind.is_first.begin(), kind.is_first.end(), true));
    if (first < 2 || kind.accelerators.size() < first + apart) return std::nullopt;
    if (apart > 0 && first == kind.groups.size()) return std::nullopt;
    Teams out = empty_teams();
    out.members = dealt(kind, apart);
    std::uint32_t later = 0;
    if (apart > 0) {
        later = static_cast<std::uint32_t>(out.members.size());
        out.members.emplace_back(kind.accelerators.begin(),
                                 kind.accelerators.begin() + static_cast<std::ptrdiff_t>(apart));
    }
    std::uint32_t team = 0;
    for (std::size_t group = 0; group < kind.groups.size(); ++group)
        place(out, kind.groups[group], kind.is_first[group] ? team++ : later);
    return out;
}

/// Graph order; each operator where it ends first. A transfer takes its bytes over the narrowest link of the route,
/// and the latencies.
FixedSets::Teams FixedSets::alone() const {
    const Platform& platform = space_.scenario().platform;
    const std::vector<NodeId>& nodes = space_.scenario().accelerators;
    Teams out = empty_teams();
    for (NodeId node : nodes) out.members.push_back({node});
    std::vector<double> free(nodes.size(), 0);
    IdVector<OperatorId, double> end(graph_.operators.size(), 0);
    auto transfer = [&](NodeId from, NodeId to, TensorId tensor) {
        if (from == to) return 0.0;
        double time = 0, slowest = 0;
        for (LinkId link : platform.route(from, to)) {
            slowest = std::max(slowest, 1e12 / platform.links[link].bandwidth.bytes_per_second());
            time += static_cast<double>(platform.links[link].latency);
        }
        return time + slowest * static_cast<double>(graph_.bytes_of(graph_.tensors[tensor].elements()));
    };
    for (OperatorId id : ids_of(graph_.operators)) {
        const Operator& op = graph_.operators[id];
        std::size_t best = nodes.size();
        for (std::size_t at = 0; at < nodes.size(); ++at) {
            DesignIndex design = space_.allowed(space_.node_of({nodes[at]})).front();
            if (!space_.accepts(design, id)) continue;
            double start = free[at];
            for (TensorId input : op.inputs) {
                const Tensor& tensor = graph_.tensors[input];
                bool given = tensor.is_input();
                NodeId from = given ? space_.scenario().host : nodes[out.set_of[tensor.producer]];
                start = std::max(start, (given ? 0 : end[tensor.producer]) + transfer(from, nodes[at], input));
            }
            double ends = start + space_.compute_time(design, id);
            if (best < nodes.size() && ends >= end[id]) continue;
            best = at;
            end[id] = ends;
        }
        if (best == nodes.size()) best = 0; // nobody can run it: finished() says so
        out.set_of[id] = static_cast<std::uint32_t>(best);
        free[best] = end[id];
    }
    return out;
}

std::uint32_t FixedSets::reader_of(const Teams& teams, OperatorId op) const {
    for (OperatorId at = op;;) {
        const std::vector<OperatorId>& readers = graph_.tensors[graph_.operators[at].output].consumers;
        if (readers.empty()) return nowhere;
        at = readers.front();
        if (teams.set_of[at] != nowhere) return teams.set_of[at];
    }
}

void FixedSets::let_others_follow(Teams& teams) const {
    for (OperatorId id : ids_of(graph_.operators)) {
        std::uint32_t& mine = teams.set_of[id];
        if (mine != nowhere) continue;
        bool one = true;
        for (TensorId input : graph_.operators[id].inputs) {
            const Tensor& tensor = graph_.tensors[input];
            if (tensor.is_input()) continue;
            std::uint32_t theirs = teams.set_of[tensor.producer];
            one = one && (mine == nowhere || mine == theirs);
            if (mine == nowhere) mine = theirs;
        }
        if (one && mine != nowhere) continue;
        std::uint32_t made = mine;
        mine = nowhere;
        std::uint32_t reader = reader_of(teams, id);
        mine = reader != nowhere ? reader : made != nowhere ? made : 0;
    }
}

std::optional<Assignment> FixedSets::finished(Teams teams, bool follow) const {
    if (follow) let_others_follow(teams);
    Assignment out;
    std::vector<std::uint32_t> position(teams.members.size(), 0);
    std::vector<bool> used(teams.members.size(), false);
    for (std::uint32_t set : teams.set_of) used[set] = true;
    for (std::size_t team = 0; team < teams.members.size(); ++team) {
        if (!used[team] || teams.members[team].empty()) continue;
        PartitionTree::Index node = space_.node_of(teams.members[team]);
        position[team] = static_cast<std::uint32_t>(out.sets.size());
        out.sets.push_back({node, space_.allowed(node).front()});
    }
    for (std::uint32_t set : teams.set_of) out.set_of.push_back(position[set]);
    if (out.sets.empty() || !space_.normalize(out)) return std::nullopt;
    return out;
}

std::vector<Assignment> FixedSets::seeds() const {
    std::vector<Assignment> out;
    auto add = [&](Teams teams) {
        if (auto assignment = finished(std::move(teams), true)) out.push_back(std::move(*assignment));
    };
    if (kinds_.empty()) return out;
    const Kind& kind = kinds_.front();
    std::size_t all = kind.accelerators.size();
    for (std::size_t size = 1; size <= all; ++size) {
        Teams teams = one_team(kind, size);
        add_others(teams, kind, size == all);
        add(std::move(teams));
    }
    for (std::size_t apart = 0; apart < all; ++apart) {
        std::optional<Teams> teams = branches(kind, apart);
        if (!teams) continue;
        add_others(*teams, kind, false);
        add(std::move(*teams));
    }
    add(alone());
    return out;
}

IdVector<OperatorId, std::vector<std::uint32_t>> FixedSets::branch_teams(const Assignment& assignment) const {
    IdVector<OperatorId, std::vector<std::uint32_t>> out(graph_.operators.size());
    bool any = false;
    for (const Kind& kind : kinds_) {
        std::map<std::uint32_t, std::vector<std::uint32_t>> branches_on; // by set
        for (std::size_t group = 0; group < kind.groups.size(); ++group) {
            OperatorId op = kind.groups[group].front();
            if (kind.is_first[group]) branches_on[assignment.set_of[op]].push_back(branch_[op]);
        }
        for (const auto& [set, branches] : branches_on) {
            DesignIndex design = assignment.sets[set].design;
            if (branches.size() < 2 || !space_.is_mix(design)) continue;
            const FixedMembers& members = space_.members(design);
            if (members.nodes.size() < branches.size()) continue;
            auto teams = space_.speeds().dealt(members, branches.size());
            for (OperatorId op : ids_of(out)) {
                auto at = std::find(branches.begin(), branches.end(), branch_[op]);
                if (assignment.set_of[op] != set || at == branches.end()) continue;
                out[op] = teams[static_cast<std::size_t>(at - branches.begin())];
                any = true;
            }
        }
    }
    if (!any) out.clear();
    return out;
}

FixedSets::Teams FixedSets::random_teams(Random& random) const {
    Teams teams = empty_teams();
    for (const Kind& kind : kinds_) {
        auto begin = teams.members.size();
        std::size_t count = 1 + static_cast<std::size_t>(random.below(kind.accelerators.size()));
        teams.members.resize(begin + count);
        for (NodeId node : kind.accelerators) {
            if (random.chance(0.1)) continue; // it idles
            teams.members[begin + static_cast<std::size_t>(random.below(count))].push_back(node);
        }
        for (std::size_t team = begin; team < teams.members.size();)
            if (teams.members[team].empty())
                teams.members.erase(teams.members.begin() + static_cast<std::ptrdiff_t>(team));
            else
                ++team;
        if (teams.members.size() == begin) teams.members.push_back({kind.accelerators.front()});
        count = teams.members.size() - begin;
        for (const std::vector<OperatorId>& group : kind.groups)
            place(teams, group, static_cast<std::uint32_t>(begin + static_cast<std::size_t>(random.below(count))));
    }
    return teams;
}

std::optional<Assignment> FixedSets::random(Random& random) const {
    constexpr int tries = 64;
    if (kinds_.empty()) return std::nullopt;
    for (int i = 0; i < tries; ++i)
        if (std::optional<Assignment> assignment = finished(random_teams(random), true)) return assignment;
    return std::nullopt;
}

std::optional<Assignment> FixedSets::moved(const Assignment& assignment, Random& random) const {
    Teams teams;
    teams.set_of = assignment.set_of;
    Team idle = space_.scenario().accelerators;
    for (const SetGene& set : assignment.sets) {
        teams.members.push_back(space_.tree().node(set.node).accelerators);
        for (NodeId node : teams.members.back()) idle.erase(std::find(idle.begin(), idle.end(), node));
    }
    auto any = [&] { return static_cast<std::size_t>(random.below(teams.members.size())); };
    auto take = [&](Team& from) {
        auto at = from.begin() + static_cast<std::ptrdiff_t>(random.below(from.size()));
        NodeId node = *at;
        from.erase(at);
        return node;
    };
    std::size_t a = any(), b = any();
    switch (random.below(6)) {
    case 0: // to another set, or to none
        if (teams.members[a].size() < 2) return std::nullopt;
        (a == b ? idle : teams.members[b]).push_back(take(teams.members[a]));
        break;
    case 1: // from idleness
        if (idle.empty()) return std::nullopt;
        teams.members[a].push_back(take(idle));
        break;
    case 2: { // two exchanged
        if (a == b) return std::nullopt;
        NodeId one = take(teams.members[a]);
        teams.members[a].push_back(take(teams.members[b]));
        teams.members[b].push_back(one);
        break;
    }
    case 3: // two sets made one
        if (a == b) return std::nullopt;
        for (NodeId node : teams.members[b]) teams.members[a].push_back(node);
        for (std::uint32_t& set : teams.set_of)
            if (set == b) set = static_cast<std::uint32_t>(a);
        teams.members[b].clear();
        break;
    case 4: { // one made two; branches stay whole, a single branch is cut
        if (teams.members[a].size() < 2) return std::nullopt;
        Team part;
        for (std::size_t count = 1 + random.below(teams.members[a].size() - 1); count > 0; --count)
            part.push_back(take(teams.members[a]));
        auto added = static_cast<std::uint32_t>(teams.members.size());
        teams.members.push_back(std::move(part));
        std::vector<std::uint32_t> branches;
        std::vector<OperatorId> operators;
        for (OperatorId op : ids_of(teams.set_of)) {
            if (teams.set_of[op] != a) continue;
            operators.push_back(op);
            if (std::find(branches.begin(), branches.end(), branch_[op]) == branches.end())
                branches.push_back(branch_[op]);
        }
        std::vector<bool> goes(origins_.size(), false);
        for (std::uint32_t branch : branches) goes[branch] = random.chance(0.5);
        std::size_t cut = static_cast<std::size_t>(random.below(operators.size()));
        for (std::size_t i = 0; i < operators.size(); ++i)
            if (branches.size() > 1 ? goes[branch_[operators[i]]] : i >= cut) teams.set_of[operators[i]] = added;
        break;
    }
    default: { // a group
        std::uint32_t branch = static_cast<std::uint32_t>(random.below(origins_.size()));
        for (OperatorId op : ids_of(teams.set_of))
            if (teams.set_of[op] == a && branch_[op] == branch) teams.set_of[op] = static_cast<std::uint32_t>(b);
        break;
    }
    }
    std::optional<Assignment> out = finished(std::move(teams), false);
    if (out && *out == assignment) return std::nullopt;
    return out;
}

} // namespace arsia
