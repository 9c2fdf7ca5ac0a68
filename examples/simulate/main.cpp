// Simulates a mapping from C++: simulate_example WORKLOAD TOPOLOGY [MAPPING.json]. Names of the catalogs and files are
// taken alike; without a mapping it is what the `baseline` search proposes.
#include <exception>
#include <iostream>

#include "mapper/evaluation/evaluator.h"
#include "mapper/legality.h"
#include "mapper/search.h"
#include "sim/critical_path.h"

static int simulate(const std::vector<std::string>& arguments) {
    std::shared_ptr<const arsia::Scenario> scenario = arsia::load_scenario(arguments.at(0), arguments.at(1));

    std::vector<std::string> warnings;
    arsia::Mapping mapping = arguments.size() > 2
                                 ? arsia::read_mapping(arguments[2], *scenario, warnings)
                                 : arsia::find_search("baseline").make(scenario, 1, 1)->propose(1).at(0);
    for (const std::string& warning : warnings) std::cerr << "warning: " << warning << '\n';
    std::vector<std::string> problems = arsia::legality_problems(*scenario, mapping);
    for (const std::string& problem : problems) std::cerr << problem << '\n';
    if (!problems.empty()) return 1;

    arsia::Evaluator evaluator(scenario); // elaborates the platform; runs one mapping after the other
    arsia::Evaluator::Run run = evaluator.run(mapping);
    std::cout << "latency_ps " << run.result.latency << '\n';
    for (const auto& [cause, time] : parts_of(breakdown(scenario->platform, run.program, run.result)))
        std::cout << cause << ' ' << time << '\n';
    for (arsia::LinkId link : arsia::ids_of(run.result.links))
        std::cout << scenario->platform.links[link].name << ' ' << run.result.links[link].bytes << " bytes\n";
    return 0;
}

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: simulate_example WORKLOAD TOPOLOGY [MAPPING.json]\n";
        return 2;
    }
    try {
        return simulate({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
