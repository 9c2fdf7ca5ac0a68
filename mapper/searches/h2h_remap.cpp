#include "mapper/searches/h2h_remap.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace arsia {

namespace {

/// The placement's bytes.
std::string key_of(const H2hPlacement& placement) {
    return {reinterpret_cast<const char*>(placement.items().data()), placement.size() * sizeof(H2hAccelerator)};
}

void add_once(std::vector<OperatorId>& to, OperatorId id) {
    if (std::find(to.begin(), to.end(), id) == to.end()) to.push_back(id);
}

} // namespace

H2hRemap::H2hRemap(const H2hSystem& system, std::vector<H2hPlacement> starts)
    : system_(system), runners_(system.layers().size()), before_(system.layers().size()),
      after_(system.layers().size()) {
    const auto& layers = system.layers();
    for (OperatorId layer : ids_of(layers)) {
        const OperatorId leader = layers[layer].leader;
        if (leader == layer) {
            leaders_.push_back(layer);
            runners_[layer] = h2h_runners(system, layer);
        }
        for (const H2hLayer::Input& input : layers[layer].inputs) {
            if (!input.producer.valid()) continue;
            const OperatorId other = layers[input.producer].leader;
            if (other == leader) continue;
            add_once(before_[leader], other);
            add_once(after_[other], leader);
        }
    }
    best_ = starts.front();
    for (H2hPlacement& start : starts)
        if (is_new(start)) queue_.push_back(std::move(start));
}

std::vector<H2hPlacement> H2hRemap::propose(std::size_t most) {
    if (queue_.empty()) {
        starting_ = false;
        for (; queue_.size() < batch && idle_ < leaders_.size(); ++idle_) {
            queue_moves(leaders_[cursor_]);
            cursor_ = (cursor_ + 1) % leaders_.size();
        }
        if (queue_.empty() && best_time_ == never && !gathered_) queue_gathered();
    }
    auto count = static_cast<std::ptrdiff_t>(std::min({most, batch, queue_.size()}));
    pending_.assign(queue_.begin(), queue_.begin() + count);
    queue_.erase(queue_.begin(), queue_.begin() + count);
    return pending_;
}

void H2hRemap::report(const std::vector<double>& times) {
    if (times.size() != pending_.size()) throw std::logic_error("as many times as proposals are due");
    auto fastest = std::min_element(times.begin(), times.end());
    if (fastest != times.end() && *fastest < best_time_) {
        best_time_ = *fastest;
        best_ = std::move(pending_[static_cast<std::size_t>(fastest - times.begin())]);
        idle_ = 0;
        if (!starting_) queue_.clear(); // moves of the placement that was
    }
    pending_.clear();
}

bool H2hRemap::is_new(const H2hPlacement& placement) { return seen_.insert(key_of(placement)).second; }

void H2hRemap::queue_moves(OperatorId leader) {
    auto move_towards = [&](const std::vector<OperatorId>& neighbours, bool away_to_consumers) {
        for (OperatorId neighbour : neighbours) {
            H2hAccelerator target = best_[neighbour];
            if (target == best_[leader] || !runs(leader, target)) continue;
            queue(run_from(leader, away_to_consumers, target), target);
            queue({leader}, target);
        }
    };
    move_towards(before_[leader], true);
    move_towards(after_[leader], false);
}

void H2hRemap::queue_gathered() {
    gathered_ = true;
    for (H2hAccelerator on = 0; on < system_.accelerators(); ++on) {
        std::vector<OperatorId> leaders;
        for (OperatorId leader : leaders_)
            if (runs(leader, on)) leaders.push_back(leader);
        queue(leaders, on);
    }
}

std::vector<OperatorId> H2hRemap::run_from(OperatorId leader, bool towards_consumers, H2hAccelerator target) const {
    std::vector<OperatorId> out = {leader};
    for (std::size_t i = 0; i < out.size(); ++i)
        for (OperatorId next : towards_consumers ? after_[out[i]] : before_[out[i]])
            if (best_[next] == best_[leader] && runs(next, target)) add_once(out, next);
    return out;
}

void H2hRemap::queue(const std::vector<OperatorId>& leaders, H2hAccelerator target) {
    H2hPlacement moved = best_;
    for (OperatorId leader : leaders) moved[leader] = target;
    for (OperatorId layer : ids_of(moved)) moved[layer] = moved[system_.layers()[layer].leader];
    if (is_new(moved)) queue_.push_back(std::move(moved));
}

bool H2hRemap::runs(OperatorId leader, H2hAccelerator on) const {
    const auto& all = runners_[leader];
    return std::find(all.begin(), all.end(), on) != all.end();
}

H2hPlacement h2h_remapped(const H2hSystem& system, const H2hPlacement& start) {
    H2hRemap remap(system, {start});
    for (;;) {
        std::vector<H2hPlacement> proposed = remap.propose(H2hRemap::batch);
        if (proposed.empty()) return remap.best();
        std::vector<double> times;
        for (const H2hPlacement& placement : proposed) times.push_back(h2h_makespan(system, placement));
        remap.report(times);
    }
}

std::vector<H2hPlacement> h2h_starts(const H2hSystem& system) {
    std::vector<H2hPlacement> out = {h2h_assign(system, H2hOrder::as_listed), h2h_assign(system, H2hOrder::by_depth)};
    out.push_back(h2h_remapped(system, out[0]));
    out.push_back(h2h_remapped(system, out[1]));
    return out;
}

} // namespace arsia
