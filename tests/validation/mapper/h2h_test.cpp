// The algorithm of the h2h search under the formulas of the benchmark of heterogeneous systems
// (tests/data/heterogeneous_systems.json), against the makespans that were published for H2H there.
//
// Nothing is simulated: the benchmark's formulas take the place of the simulator. What they leave open is which layer
// an accelerator takes first of several that are ready: here the one that follows what it has just computed, else the
// one that has been ready longest. All eight published makespans are undercut. As its source shows, the published
// program gives out all layers that are ready at once, so that the busiest accelerator ends earliest; that leaves open
// where the shorter chains go, and scatters them over accelerators, each change of which passes the host. It then moves
// one layer at a time, which does not collect a scattered chain where the first of such moves makes things worse. Here
// each layer in turn goes where it is done first, also chain after chain, and runs of layers move as one.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <tuple>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mapper/searches/h2h_remap.h"

namespace arsia {
namespace {

using Json = nlohmann::json;

double real(const Json& of, const char* key) { return of.at(key).get<double>(); }

struct Words {
    double weights, inputs, outputs;
};

Words words_of(const Json& layer) {
    if (layer.at("LayerType") == "CNN") {
        double M = real(layer, "M"), N = real(layer, "N"), R = real(layer, "R"), C = real(layer, "C"),
               K = real(layer, "K");
        return {M * N * K * K, N * 2 * R * 2 * C, M * R * C};
    }
    if (layer.at("LayerType") == "FC") {
        double M = real(layer, "M"), N = real(layer, "N"), K = real(layer, "K");
        return {M * N, N * K, M * K};
    }
    double H = real(layer, "Hidden"), D = real(layer, "Dimen");
    return {4 * H * D + 4 * H * H, D, H};
}

/// Seconds on an accelerator, without transfers from and to the host.
double computing(const Json& acc, const Json& layer) {
    const double ops = real(acc, "Th") * 1e9,
                 word = real(acc, "Dtype") / (real(acc, "Bandwidth") * real(acc, "Freq") * 1e6);
    if (layer.at("LayerType") == "CNN") {
        double Tm = real(acc, "Tm"), Tn = real(acc, "Tn"), Tr = real(acc, "Tr"), Tc = real(acc, "Tc"),
               K = real(layer, "K");
        double compute = 2 * Tr * Tc * Tm * K * K * Tn / ops, weights = Tm * Tn * K * K * word,
               inputs = Tn * real(acc, "Tr_") * real(acc, "Tc_") * word, out = Tm * Tr * Tc * word;
        return std::ceil(real(layer, "R") / Tr) * std::ceil(real(layer, "C") / Tc) * std::ceil(real(layer, "M") / Tm) *
               (std::ceil(real(layer, "N") / Tn) * (weights + inputs + compute) + out);
    }
    if (layer.at("LayerType") == "FC") {
        double M = real(layer, "M"), N = real(layer, "N"), K = real(layer, "K");
        return std::max({2 * M * N * K / ops, (M * N + N * K) * word, M * K * word});
    }
    double H = real(layer, "Hidden"), D = real(layer, "Dimen");
    return real(layer, "Iter") *
           std::max({(8 * H * D + 8 * H * H) / ops, (4 * H * D + 4 * H * H + D) * word, H * word});
}

Json read(const char* name) {
    std::ifstream file(std::string(ARSIA_TEST_DATA "/") + name);
    return Json::parse(file);
}

/// A model of the benchmark on its twelve accelerators.
class Benchmark final : public H2hSystem {
public:
    Benchmark(const Json& parts, const Json& systems, const std::string& model, const std::string& chains,
              double network) {
        for (const Json& acc : parts.at("accelerators")) {
            for (const Json& more : systems.at("accelerators"))
                if (more.at("accName") == acc.at("accName"))
                    weight_room_.push_back(real(more, "DDR") * real(systems, "DDR_WEI") * 8e9 / real(acc, "Dtype"));
        }
        const double word = 32 / (network * 8e9); // seconds; every accelerator has words of 32 bits
        for (const Json& chain : systems.at("models").at(model).at(chains)) {
            chains_.emplace_back();
            for (const Json& name : chain) {
                const Json& listed = parts.at("models").at(model);
                auto found = std::find_if(listed.begin(), listed.end(),
                                          [&](const Json& layer) { return layer.at("LayerName") == name; });
                H2hLayer layer;
                layer.name = name;
                layer.weights = words_of(*found).weights;
                layer.leader = OperatorId(layers_.size());
                layer.inputs.push_back({chains_.back().empty() ? OperatorId{} : chains_.back().back(), false});
                layer.is_output = name == chain.back();
                if (!chains_.back().empty()) layers_[chains_.back().back()].consumers.push_back(layer.leader);
                chains_.back().push_back(layer.leader);
                std::vector<double> times;
                for (const Json& acc : parts.at("accelerators"))
                    times.push_back(acc.at("accType") == found->at("LayerType") ? computing(acc, *found) : -1);
                compute_.push_back(std::move(times));
                host_.push_back(
                    {words_of(*found).weights * word, words_of(*found).inputs * word, words_of(*found).outputs * word});
                layers_.push_back(std::move(layer));
            }
        }
    }

    bool runs(OperatorId layer, H2hAccelerator on) const override { return compute_[layer][on] >= 0; }
    double compute_time(OperatorId layer, H2hAccelerator on) const override { return compute_[layer][on]; }
    double weight_time(OperatorId layer, H2hAccelerator) const override { return host_[layer].weights; }
    double read_time(OperatorId layer, std::size_t, H2hAccelerator, H2hAccelerator) const override {
        return host_[layer].inputs;
    }
    double write_time(OperatorId layer, H2hAccelerator) const override { return host_[layer].outputs; }
    bool passes_host() const override { return true; }
    bool in_order() const override { return false; }

    /// The formula again, chain by chain: layers of a chain that follow each other on an accelerator are one run, in
    /// which nothing passes the host.
    double makespan(const H2hPlacement& placement) const {
        const IdVector<OperatorId, char> kept = kept_weights(placement);
        struct Progress {
            std::size_t at = 0; ///< first layer of the next run
            double ready = 0;   ///< end of the run before
        };
        std::vector<Progress> progress(chains_.size());
        std::vector<double> free_at(accelerators(), 0);
        double last = 0;
        for (;;) {
            // The run that can start first; of those that start together the one that has been ready longest.
            std::size_t next = chains_.size();
            std::tuple<double, double, OperatorId> first{};
            for (std::size_t c = 0; c < chains_.size(); ++c) {
                if (progress[c].at == chains_[c].size()) continue;
                OperatorId head = chains_[c][progress[c].at];
                std::tuple<double, double, OperatorId> key{std::max(progress[c].ready, free_at[placement[head]]),
                                                           progress[c].ready, head};
                if (next < chains_.size() && !(key < first)) continue;
                first = key;
                next = c;
            }
            if (next == chains_.size()) return last;
            const std::vector<OperatorId>& chain = chains_[next];
            std::size_t& at = progress[next].at;
            const H2hAccelerator on = placement[chain[at]];
            double end = std::get<0>(first) + host_[chain[at]].inputs;
            for (; at < chain.size() && placement[chain[at]] == on; ++at)
                end += compute_[chain[at]][on] + (kept[chain[at]] ? 0 : host_[chain[at]].weights);
            end += host_[chain[at - 1]].outputs;
            progress[next].ready = free_at[on] = end;
            last = std::max(last, end);
        }
    }

private:
    IdVector<OperatorId, char> kept_weights(const H2hPlacement& placement) const {
        IdVector<OperatorId, char> kept(layers_.size(), 0);
        for (H2hAccelerator on = 0; on < accelerators(); ++on) {
            std::vector<OperatorId> mine;
            for (OperatorId layer : ids_of(layers_))
                if (placement[layer] == on) mine.push_back(layer);
            std::stable_sort(mine.begin(), mine.end(),
                             [&](auto a, auto b) { return layers_[a].weights > layers_[b].weights; });
            double room = weight_room_[on];
            for (OperatorId layer : mine) {
                if (layers_[layer].weights > room) continue;
                room -= layers_[layer].weights;
                kept[layer] = 1;
            }
        }
        return kept;
    }

    std::vector<std::vector<OperatorId>> chains_;
    IdVector<OperatorId, std::vector<double>> compute_; ///< seconds by accelerator; −1: another kind of layer
    IdVector<OperatorId, Words> host_;                  ///< seconds
};

struct Found {
    double step_1, makespan; ///< seconds
    std::size_t evaluations;
    H2hPlacement placement;
};

/// All four steps, measured by the formula.
Found search(const Benchmark& system) {
    Found found{std::numeric_limits<double>::infinity(), 0, 0, {}};
    for (H2hOrder order : {H2hOrder::as_listed, H2hOrder::by_depth})
        found.step_1 = std::min(found.step_1, system.makespan(h2h_assign(system, order)));
    H2hRemap remap(system, h2h_starts(system));
    for (;;) {
        std::vector<H2hPlacement> proposed = remap.propose(H2hRemap::batch);
        if (proposed.empty()) break;
        std::vector<double> times;
        for (const H2hPlacement& placement : proposed) {
            times.push_back(system.makespan(placement));
            EXPECT_NEAR(h2h_makespan(system, placement) / times.back(), 1, 1e-9);
        }
        found.evaluations += times.size();
        remap.report(times);
    }
    found.makespan = remap.best_time();
    found.placement = remap.best();
    return found;
}

TEST(H2hBenchmark, IsNoSlowerThanWhatWasPublished) {
    const Json parts = read("heterogeneous.json"), systems = read("heterogeneous_systems.json");
    std::size_t no_worse = 0;
    double largest_excess = -1;
    for (const Json& published : systems.at("results")) {
        Benchmark system(parts, systems, published.at("model"), published.at("chains"), real(published, "network"));
        Found found = search(system);
        const double theirs = real(published, "h2h_makespan_s"), excess = found.makespan / theirs - 1;
        std::printf("%-10s %-9s %5.3f GB/s: step 1 %7.2f ms, found %7.2f ms, published %7.2f ms (%+.1f %%), %zu more\n",
                    published.at("model").get<std::string>().c_str(), published.at("chains").get<std::string>().c_str(),
                    real(published, "network"), found.step_1 * 1e3, found.makespan * 1e3, theirs * 1e3, excess * 100,
                    found.evaluations);
        no_worse += excess <= 0 ? 1 : 0;
        largest_excess = std::max(largest_excess, excess);
    }
    EXPECT_EQ(no_worse, 8u);
    EXPECT_LT(largest_excess, 0);
}

/// What the six models reach at all five rates: each layer where its kind runs, never worse than step 1, never below
/// what the chains' layers take on the fastest accelerators with nothing moved but what the network must.
TEST(H2hBenchmark, HoldsForEveryModelAndRate) {
    const Json parts = read("heterogeneous.json"), systems = read("heterogeneous_systems.json");
    for (const auto& [model, chains] : systems.at("models").items()) {
        double slower = std::numeric_limits<double>::infinity();
        for (double network : {0.125, 0.15, 0.25, 0.5, 1.25}) {
            SCOPED_TRACE(model + " at " + std::to_string(network));
            Benchmark system(parts, systems, model, "published", network);
            Found found = search(system);
            EXPECT_LE(found.makespan, found.step_1);
            for (OperatorId layer : ids_of(found.placement))
                EXPECT_TRUE(system.runs(layer, found.placement[layer])) << system.layers()[layer].name;
            double longest = 0, chain = 0;
            for (OperatorId layer : ids_of(system.layers())) {
                double best = std::numeric_limits<double>::infinity();
                for (H2hAccelerator on = 0; on < system.accelerators(); ++on)
                    if (system.runs(layer, on)) best = std::min(best, system.compute_time(layer, on));
                bool begins = !system.layers()[layer].inputs.front().producer.valid();
                chain = best + (begins ? system.read_time(layer, 0, h2h_host, 0) : chain);
                longest = std::max(longest, chain);
            }
            EXPECT_GE(found.makespan, longest);
            // A faster network is of use, or at least of no harm worth speaking of: the descent is no exact method.
            EXPECT_LT(found.makespan, slower * 1.02);
            slower = found.makespan;
        }
    }
}

} // namespace
} // namespace arsia
