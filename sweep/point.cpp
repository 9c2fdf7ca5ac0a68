#include "sweep/point.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/errors.h"
#include "base/yaml.h"
#include "mapper/bounds.h"
#include "mapper/evaluation/bytes.h"
#include "mapper/evaluation/recorded_pool.h"
#include "mapper/legality.h"
#include "mapper/search.h"
#include "mapper/searches/baseline.h"
#include "sim/critical_path.h"
#include "sim/energy.h"
#include "sweep/plan.h"

namespace arsia {

namespace {

/// What a search minimises for the measure. Energy has no objective of its own; see least_energy().
Objective objective_for(const SweepSpec& spec) {
    return Objective::parse(spec.measure == "period" ? "throughput" : "latency");
}

std::string digest_of(const SweepSpec& spec, const PointSettings& settings, const Scenario& scenario) {
    SearchIdentity identity =
        identity_of(scenario, settings.search.name, settings.search.seed, settings.search.evaluations);
    Digest digest;
    digest.add(identity.version).add(identity.workload_digest).add(identity.topology_digest);
    digest.add(identity.designs_digest).add(scenario.platform.name).add(scenario.graph.name);
    digest.add(static_cast<std::int64_t>(settings.stream.requests)).add(settings.stream.interval);
    digest.add(spec.measure == "energy" ? spec.measure : objective_for(spec).name());
    if (!settings.mapping.empty()) return digest.add(read_text_file(file_near(spec, settings.mapping))).hex();
    if (settings.keep_mapping) digest.add("kept");
    digest.add(identity.search).add(std::to_string(identity.seed)).add(std::to_string(identity.evaluations));
    return digest.hex();
}

Mapping given_mapping(const std::string& text, const std::string& shown, const Scenario& scenario) {
    // That names and digests differ from those of the mapping is what a sweep is for.
    std::vector<std::string> warnings;
    Mapping mapping = read_mapping_text(text, shown, scenario, warnings);
    std::vector<std::string> problems = legality_problems(scenario, mapping);
    if (!problems.empty()) throw IllegalError(fmt::format("{}", fmt::join(problems, "\n")));
    return mapping;
}

/// Of all that was tried the mapping that takes least energy, of equals the fastest.
const Mapping& least_energy(const ParetoFront& front) {
    auto energy = [](const ParetoPoint& point) { return point.evaluation.figures->energy_pj; };
    return std::min_element(front.points().begin(), front.points().end(),
                            [&](const ParetoPoint& a, const ParetoPoint& b) { return energy(a) < energy(b); })
        ->mapping;
}

Mapping found_mapping(const std::shared_ptr<const Scenario>& scenario, const SearchSettings& settings, bool for_energy,
                      Evaluator& evaluator, SweepPoint& out) {
    const SearchInfo& info = find_search(settings.name);
    std::unique_ptr<Search> search = info.make(scenario, settings.seed, settings.evaluations);
    for_energy = for_energy && scenario->designs_without_energy().empty();
    evaluator.set_figures(info.figures || for_energy);
    SearchBudget budget;
    budget.evaluations = settings.evaluations;
    SearchResult result = run_search(*search, evaluator, budget);
    out.evaluations = result.evaluations;
    if (result.best && for_energy) return least_energy(result.front);
    if (result.best) return result.best->mapping;
    throw IllegalError(
        nothing_found(fmt::format("{} found no legal mapping in {} evaluations", settings.name, result.evaluations),
                      evaluated_baseline(evaluator)));
}

void measure(const Scenario& scenario, Evaluator& evaluator, const Mapping& mapping, SweepPoint& out) {
    Evaluator::Run run = evaluator.run(mapping);
    const Platform& platform = scenario.platform;
    out.latency = run.result.latency;
    out.bound = best_bound(lower_bounds(scenario));
    if (scenario.stream.requests > 1) out.period = evaluator.times(run).period();
    IdVector<NodeId, const Design*> designs = designs_of(scenario, mapping);
    bool stated = std::all_of(designs.begin(), designs.end(),
                              [](const Design* design) { return !design || design->energy.is_stated(); });
    if (stated) out.energy_j = energy_of(platform, run.program, run.result, designs).total_j();
    for (const Task& task : run.program.tasks())
        if (task.kind == TaskKind::transfer) out.bytes += task.bytes;
    TimePs busiest = 0;
    for (LinkId link : ids_of(platform.links)) {
        TimePs busy = run.result.links[link].busy;
        if (busy <= busiest) continue;
        busiest = busy;
        out.busiest_link = platform.links[link].name;
    }
    if (out.latency > 0) out.utilization = static_cast<double>(busiest) / static_cast<double>(out.latency);
    auto parts = parts_of(breakdown(platform, run.program, run.result));
    for (std::size_t cause = 0; cause < cause_count; ++cause) out.breakdown[cause] = parts[cause].second;
    out.mapping = mapping_to_json(mapping, scenario);
}

void run(const SweepSpec& spec, std::size_t number, const std::string& kept, SweepPoint& out) {
    PointSettings settings = settings_of(spec, number);
    bool given = !settings.mapping.empty(), keeps = keeps_mapping(spec, number);
    if (!given && !keeps) {
        out.search = settings.search.name;
        out.seed = settings.search.seed;
    }
    std::shared_ptr<const Scenario> scenario = scenario_of(spec, settings, label_of(spec, number));
    out.digest = digest_of(spec, settings, *scenario);
    out.workload = scenario->graph.name;
    out.topology = scenario->platform.name;
    out.accelerators = static_cast<std::int64_t>(scenario->accelerators.size());
    for (const Link& link : scenario->platform.links)
        out.link_bandwidth = checked_add(out.link_bandwidth, static_cast<std::int64_t>(link.bandwidth.bits_per_second),
                                         "the bandwidth of all links");
    if (keeps && kept.empty()) throw IllegalError("the first point, whose mapping is to be kept, has none");
    Evaluator evaluator(scenario);
    evaluator.set_objective(objective_for(spec));
    std::string file = given ? file_near(spec, settings.mapping) : "mapping of the first point";
    Mapping mapping = given   ? given_mapping(read_text_file(file), file, *scenario)
                      : keeps ? given_mapping(kept, file, *scenario)
                              : found_mapping(scenario, settings.search, spec.measure == "energy", evaluator, out);
    measure(*scenario, evaluator, mapping, out);
    out.status = PointStatus::done;
}

std::uint64_t bits_of(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

double real_of(std::uint64_t bits) {
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// Every field, in one order for both directions.
template <class Point, class Text, class Whole, class Real>
void for_each_field(Point& point, Text text, Whole whole, Real real) {
    text(point.error);
    text(point.workload);
    text(point.topology);
    text(point.search);
    text(point.digest);
    text(point.busiest_link);
    text(point.mapping);
    whole(point.seed);
    whole(point.evaluations);
    whole(point.latency);
    whole(point.bound);
    whole(point.period);
    whole(point.bytes);
    whole(point.accelerators);
    whole(point.link_bandwidth);
    for (auto& part : point.breakdown) whole(part);
    real(point.energy_j);
    real(point.utilization);
}

} // namespace

bool keeps_mapping(const SweepSpec& spec, std::size_t point) {
    PointSettings settings = settings_of(spec, point);
    return point > 0 && settings.keep_mapping && settings.mapping.empty();
}

SweepPoint run_point(const SweepSpec& spec, std::size_t point, const std::string& kept) {
    SweepPoint out;
    try {
        run(spec, point, kept, out);
        return out;
    } catch (const std::bad_alloc&) {
        out.error = "out of memory";
    } catch (const std::exception& error) {
        out.error = error.what();
    }
    out.status = PointStatus::failed;
    return out;
}

std::string point_digest(const SweepSpec& spec, std::size_t point) {
    try {
        PointSettings settings = settings_of(spec, point);
        return digest_of(spec, settings, *scenario_of(spec, settings, label_of(spec, point)));
    } catch (const InputError&) {
        return "";
    }
}

std::string encode(const SweepPoint& point) {
    ByteWriter out;
    out.number(static_cast<std::uint64_t>(point.status));
    for_each_field(
        point, [&](const std::string& value) { out.text(value); },
        [&](auto value) { out.number(static_cast<std::uint64_t>(value)); },
        [&](double value) { out.number(bits_of(value)); });
    return out.take();
}

SweepPoint decode_point(std::string_view bytes) {
    ByteReader in(bytes);
    SweepPoint point;
    point.status = static_cast<PointStatus>(in.number());
    for_each_field(
        point, [&](std::string& value) { value = std::string(in.text()); },
        [&](auto& value) { value = static_cast<std::decay_t<decltype(value)>>(in.number()); },
        [&](double& value) { value = real_of(in.number()); });
    return point;
}

} // namespace arsia
