#include <algorithm>

#include "base/errors.h"
#include "base/registry.h"
#include "base/suggest.h"
#include "mapper/search.h"
#include "mapper/searches/anneal.h"
#include "mapper/searches/auto_search.h"
#include "mapper/searches/baseline.h"
#include "mapper/searches/dp.h"
#include "mapper/searches/exhaustive.h"
#include "mapper/searches/h2h.h"
#include "mapper/searches/mars.h"
#include "mapper/searches/nsga2.h"
#include "mapper/searches/random_search.h"

namespace arsia {

namespace {

template <class SearchType>
std::unique_ptr<Search> construct(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, std::uint64_t budget) {
    return std::make_unique<SearchType>(std::move(scenario), seed, budget);
}

std::vector<SearchInfo>& known_searches() {
    static std::vector<SearchInfo> all = {
        {"anneal", "simulated annealing: one mapping, changed again and again", construct<AnnealSearch>, false},
        {"auto", "what we recommend: dynamic programming inside, evolution outside", construct<AutoSearch>, false},
        {"baseline",
         "one mapping by rules: natural groups, the design with the fewest cycles, the two longest dimensions",
         [](std::shared_ptr<const Scenario> scenario, std::uint64_t, std::uint64_t) {
             return std::make_unique<BaselineSearch>(std::move(scenario));
         },
         true},
        {"dp", "dynamic programming over simulated times of operators and of neighbours", construct<DpSearch>, true},
        {"exhaustive", "every mapping there is; for problems of two or three operators and accelerators",
         [](std::shared_ptr<const Scenario> scenario, std::uint64_t, std::uint64_t budget) {
             return std::make_unique<ExhaustiveSearch>(std::move(scenario), budget);
         },
         true},
        {"h2h", "whole layers on single accelerators, moved to their neighbours' while that helps (H2H, DAC 2022)",
         [](std::shared_ptr<const Scenario> scenario, std::uint64_t, std::uint64_t) {
             return std::make_unique<H2hSearch>(std::move(scenario));
         },
         true},
        {"mars", "two-level genetic algorithm: sets, designs and operators; then each operator's parallelism strategy",
         construct<MarsSearch>, false},
        {"nsga2",
         "mappings that trade latency, energy and peak memory for each other (NSGA-II); gives their Pareto set",
         construct<Nsga2Search>, false, true},
        {"random", "random legal mappings, for comparison", construct<RandomSearch>, false},
    };
    return all;
}

} // namespace

const std::vector<SearchInfo>& searches() { return known_searches(); }
void add_search(SearchInfo search) { add_by_name(known_searches(), std::move(search), "search"); }

const SearchInfo& find_search(const std::string& name) {
    std::vector<std::string> names;
    for (const SearchInfo& info : searches()) {
        if (info.name == name) return info;
        names.push_back(info.name);
    }
    throw InputError("unknown search '" + name + "'" + did_you_mean(name, names) + "; known are " + name_list(names));
}

} // namespace arsia
