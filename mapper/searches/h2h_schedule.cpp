#include "mapper/searches/h2h_schedule.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>

#include "base/errors.h"

namespace arsia {

namespace {

/// With nothing kept in local memory.
double time_through_host(const H2hSystem& system, OperatorId layer, H2hAccelerator on) {
    double time = system.compute_time(layer, on) + system.weight_time(layer, on) + system.write_time(layer, on);
    const std::vector<H2hLayer::Input>& inputs = system.layers()[layer].inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (!inputs[i].is_local) time += system.read_time(layer, i, h2h_host, on);
    return time;
}

std::vector<OperatorId> in_order_of(const H2hSystem& system, H2hOrder order) {
    const auto& layers = system.layers();
    std::vector<OperatorId> out;
    IdVector<OperatorId, std::size_t> depth(layers.size(), 0);
    for (OperatorId layer : ids_of(layers)) {
        out.push_back(layer);
        for (const H2hLayer::Input& input : layers[layer].inputs)
            if (input.producer.valid()) depth[layer] = std::max(depth[layer], depth[input.producer] + 1);
    }
    if (order == H2hOrder::by_depth)
        std::stable_sort(out.begin(), out.end(), [&](OperatorId a, OperatorId b) { return depth[a] < depth[b]; });
    return out;
}

/// Layers on their accelerators, one after the other, event by event.
class Schedule {
public:
    Schedule(const H2hSystem& system, const H2hPlacement& placement)
        : system_(system), layers_(system.layers()), placement_(placement), kept_(h2h_kept_weights(system, placement)),
          missing_(layers_.size(), 0), ready_since_(layers_.size(), 0), queues_(system.accelerators()) {
        for (OperatorId layer : ids_of(layers_)) {
            for (const H2hLayer::Input& input : layers_[layer].inputs)
                missing_[layer] += input.producer.valid() ? 1 : 0;
            queue_of(layer).order.push_back(layer);
            if (missing_[layer] == 0) queue_of(layer).ready.push_back(layer);
        }
    }

    double makespan() {
        for (Queue& queue : queues_) start_next(queue, 0);
        double now = 0;
        while (!ends_.empty()) {
            auto [end, layer] = ends_.top();
            ends_.pop();
            now = end;
            queue_of(layer).busy = false;
            for (OperatorId consumer : layers_[layer].consumers) {
                for (const H2hLayer::Input& input : layers_[consumer].inputs)
                    if (input.producer == layer) --missing_[consumer];
                if (missing_[consumer] > 0) continue;
                ready_since_[consumer] = now;
                queue_of(consumer).ready.push_back(consumer);
            }
            start_next(queue_of(layer), now);
            for (OperatorId consumer : layers_[layer].consumers) start_next(queue_of(consumer), now);
        }
        return now;
    }

private:
    struct Queue {
        std::vector<OperatorId> order; ///< all layers of the accelerator
        std::size_t begun = 0;
        std::vector<OperatorId> ready;
        OperatorId last;
        bool busy = false;
    };

    Queue& queue_of(OperatorId layer) { return queues_[placement_[layer]]; }

    bool reads(OperatorId layer, OperatorId producer) const {
        const auto& inputs = layers_[layer].inputs;
        return std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) { return input.producer == producer; });
    }

    void start_next(Queue& queue, double now) {
        if (queue.busy || queue.ready.empty()) return;
        auto rank = [&](OperatorId layer) {
            bool goes_on = queue.last.valid() && reads(layer, queue.last);
            return std::make_tuple(!goes_on, ready_since_[layer], layer.value());
        };
        auto next = std::min_element(queue.ready.begin(), queue.ready.end(),
                                     [&](OperatorId a, OperatorId b) { return rank(a) < rank(b); });
        if (system_.in_order()) {
            next = std::find(queue.ready.begin(), queue.ready.end(), queue.order[queue.begun]);
            if (next == queue.ready.end()) return;
        }
        OperatorId layer = *next;
        queue.ready.erase(next);
        ++queue.begun;
        queue.busy = true;
        queue.last = layer;
        ends_.emplace(now + time_of(layer), layer);
    }

    double time_of(OperatorId layer) const {
        const H2hAccelerator on = placement_[layer];
        const H2hLayer& what = layers_[layer];
        double time = system_.compute_time(layer, on);
        if (!kept_[layer]) time += system_.weight_time(layer, on);
        for (std::size_t i = 0; i < what.inputs.size(); ++i) {
            const H2hLayer::Input& input = what.inputs[i];
            if (input.is_local) continue;
            H2hAccelerator from = input.producer.valid() ? placement_[input.producer] : h2h_host;
            if (from == on) continue;
            time += system_.read_time(layer, i, system_.passes_host() ? h2h_host : from, on);
        }
        bool leaves = what.is_output;
        if (system_.passes_host())
            for (OperatorId consumer : what.consumers) leaves = leaves || placement_[consumer] != on;
        return leaves ? time + system_.write_time(layer, on) : time;
    }

    using End = std::pair<double, OperatorId>;

    const H2hSystem& system_;
    const IdVector<OperatorId, H2hLayer>& layers_;
    const H2hPlacement& placement_;
    IdVector<OperatorId, char> kept_;
    IdVector<OperatorId, std::size_t> missing_; ///< inputs that are not made yet
    IdVector<OperatorId, double> ready_since_;
    std::vector<Queue> queues_;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
};

} // namespace

std::vector<H2hAccelerator> h2h_runners(const H2hSystem& system, OperatorId leader) {
    std::vector<H2hAccelerator> out;
    for (H2hAccelerator on = 0; on < system.accelerators(); ++on) out.push_back(on);
    for (OperatorId layer : ids_of(system.layers())) {
        if (system.layers()[layer].leader != leader) continue;
        out.erase(std::remove_if(out.begin(), out.end(), [&](H2hAccelerator on) { return !system.runs(layer, on); }),
                  out.end());
    }
    return out;
}

H2hPlacement h2h_assign(const H2hSystem& system, H2hOrder order) {
    const auto& layers = system.layers();
    H2hPlacement placement(layers.size(), h2h_host);
    std::vector<double> free_at(system.accelerators(), 0);
    IdVector<OperatorId, double> end(layers.size(), 0);
    for (OperatorId layer : in_order_of(system, order)) {
        double ready = 0;
        for (const H2hLayer::Input& input : layers[layer].inputs)
            if (input.producer.valid()) ready = std::max(ready, end[input.producer]);
        const OperatorId leader = layers[layer].leader;
        std::vector<H2hAccelerator> choices =
            leader == layer ? h2h_runners(system, layer) : std::vector<H2hAccelerator>{placement[leader]};
        end[layer] = std::numeric_limits<double>::infinity();
        for (H2hAccelerator on : choices) {
            double done = std::max(ready, free_at[on]) + time_through_host(system, layer, on);
            if (done >= end[layer]) continue;
            end[layer] = done;
            placement[layer] = on;
        }
        if (placement[layer] == h2h_host)
            throw IllegalError("no accelerator supports operator '" + layers[layer].name + "'");
        free_at[placement[layer]] = end[layer];
    }
    return placement;
}

IdVector<OperatorId, char> h2h_kept_weights(const H2hSystem& system, const H2hPlacement& placement) {
    const auto& layers = system.layers();
    std::vector<OperatorId> largest_first;
    for (OperatorId layer : ids_of(layers)) largest_first.push_back(layer);
    std::stable_sort(largest_first.begin(), largest_first.end(),
                     [&](OperatorId a, OperatorId b) { return layers[a].weights > layers[b].weights; });
    std::vector<double> room = system.weight_room();
    IdVector<OperatorId, char> kept(layers.size(), 0);
    for (OperatorId layer : largest_first) {
        double& left = room[placement[layer]];
        if (layers[layer].weights > left) continue;
        left -= layers[layer].weights;
        kept[layer] = 1;
    }
    return kept;
}

double h2h_makespan(const H2hSystem& system, const H2hPlacement& placement) {
    return Schedule(system, placement).makespan();
}

} // namespace arsia
