#include "mapper/evaluation/recorded_pool.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/errors.h"
#include "mapper/evaluation/codec.h"
#include "models/plan_of.h"

namespace arsia {

namespace {

constexpr std::chrono::seconds interval{2};
/// Writing takes at most this share of the time.
constexpr int most_share = 20;

std::int64_t digest_of(const Mapping& mapping) {
    return static_cast<std::int64_t>(Digest().add(mapping_key(mapping)).value());
}

/// What the designs say of the workload's operators: all of it that a simulation can see, as far as whole operators
/// show it.
std::string designs_digest(const Scenario& scenario) {
    Digest digest;
    for (const auto& [name, design] : scenario.designs) {
        digest.add(name).add(design->kind).add(static_cast<std::int64_t>(design->clock.hertz));
        digest.add(design->reconfiguration);
        for (const DesignParameter& parameter : design->parameters) digest.add(parameter.name).add(parameter.value);
        for (const Operator& op : scenario.graph.operators) {
            if (design->refusal(op)) continue;
            TilePlan plan = plan_of(*design, op, op.extents, scenario.graph.element_bits);
            digest.add(plan.compute_cycles).add(plan.input_bytes).add(plan.weight_bytes).add(plan.store_bytes);
        }
    }
    return digest.hex();
}

} // namespace

SearchIdentity identity_of(const Scenario& scenario, const std::string& search, std::uint64_t seed,
                           std::uint64_t evaluations) {
    return {ARSIA_VERSION,
            scenario.graph.name,
            scenario.graph.digest(),
            scenario.platform.name,
            scenario.platform.digest(),
            designs_digest(scenario),
            search,
            seed,
            evaluations};
}

SearchCheckpoint checkpoint_of(const std::string& path, const SearchIdentity& identity) {
    SearchCheckpoint checkpoint = read_checkpoint(path);
    std::vector<Problem> problems;
    for (const std::string& difference : differences(checkpoint.identity, identity))
        problems.push_back({path, 0, "", "checkpoint of another search: " + difference});
    if (!problems.empty()) throw InputError(problems);
    return checkpoint;
}

RecordedPool::RecordedPool(EvaluationPool& inner, std::string path, SearchCheckpoint checkpoint, Note note)
    : inner_(inner), path_(std::move(path)), checkpoint_(std::move(checkpoint)), note_(std::move(note)),
      known_(checkpoint_.mappings.size()), seconds_before_(checkpoint_.seconds) {}

RecordedPool::RecordedPool(EvaluationPool& inner, std::string path, SearchIdentity identity, Note note)
    : RecordedPool(inner, std::move(path), SearchCheckpoint{std::move(identity), 0, {}, {}}, std::move(note)) {
    // At once: a file that cannot be written should not come to light after hours.
    write_checkpoint(path_, checkpoint_);
    next_save_ = Clock::now() + interval;
}

Evaluation RecordedPool::replay(const Mapping& mapping) {
    if (checkpoint_.mappings[replayed_] != digest_of(mapping))
        throw InputError({Problem{path_, 0, "",
                                  fmt::format("simulation {} is of another mapping than the search proposes now; the "
                                              "checkpoint was made by another build of arsia",
                                              replayed_ + 1)}});
    std::size_t at = replayed_++;
    begin_ = Clock::now();
    TimePs latency = checkpoint_.latencies[at];
    if (latency < 0) return {false, 0, {"not legal, as the checkpoint says"}};
    Evaluation out{true, latency, {}};
    if (at < checkpoint_.energies.size() && checkpoint_.energies[at] >= 0)
        out.figures = Figures{checkpoint_.energies[at], checkpoint_.peak_memories[at]};
    return out;
}

void RecordedPool::submit(std::vector<const Mapping*> mappings) {
    std::size_t known = std::min(mappings.size(), known_ - submitted_);
    submitted_ += known;
    if (known < mappings.size()) inner_.submit({mappings.begin() + static_cast<std::ptrdiff_t>(known), mappings.end()});
    batches_.push_back(std::move(mappings));
}

void RecordedPool::collect(const Take& take, const GoOn& go_on) {
    std::vector<const Mapping*> mappings = std::move(batches_.front());
    batches_.pop_front();
    std::size_t at = 0;
    for (; at < mappings.size() && replaying(); ++at) {
        take(replay(*mappings[at]));
        if (!go_on()) return;
    }
    if (at == mappings.size()) return;
    inner_.collect(
        [&](Evaluation evaluation) {
            add(*mappings[at++], evaluation);
            take(std::move(evaluation));
        },
        [&] {
            if (Clock::now() >= next_save_) save();
            return go_on();
        });
}

void RecordedPool::add(const Mapping& mapping, const Evaluation& evaluation) {
    checkpoint_.mappings.push_back(digest_of(mapping));
    checkpoint_.latencies.push_back(evaluation.legal ? evaluation.latency : -1);
    // The columns begin with the first evaluation that has figures; what came before it has none.
    if (evaluation.figures || !checkpoint_.energies.empty()) {
        std::size_t before = checkpoint_.mappings.size() - 1;
        checkpoint_.energies.resize(before, -1);
        checkpoint_.peak_memories.resize(before, -1);
        checkpoint_.energies.push_back(evaluation.figures ? evaluation.figures->energy_pj : -1);
        checkpoint_.peak_memories.push_back(evaluation.figures ? evaluation.figures->peak_memory : -1);
    }
    saved_ = false;
}

void RecordedPool::save() {
    if (saved_ || failed_) return;
    Clock::time_point before = Clock::now();
    checkpoint_.seconds = seconds_before_ + std::chrono::duration<double>(before - begin_).count();
    try {
        write_checkpoint(path_, checkpoint_);
    } catch (const InputError& error) { // what was found is worth more than the checkpoint
        failed_ = true;
        note_(fmt::format("{}; the search goes on without checkpoints", error.what()));
    }
    saved_ = true;
    Clock::time_point now = Clock::now();
    next_save_ = now + std::max<Clock::duration>(interval, most_share * (now - before));
}

} // namespace arsia
