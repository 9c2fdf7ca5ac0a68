// Puts NPUs, SystemC modules with TLM-2.0 sockets, into a platform: tlm_example WORKLOAD TOPOLOGY [ACCELERATOR…]
// Simulates one mapping on arsia's own accelerators, then with NPUs in the place of those that are named (of all, if
// none is); then searches with them.
#include <algorithm>
#include <exception>
#include <iostream>

#include "mapper/evaluation/evaluator.h"
#include "mapper/search.h"
#include "tlm_accelerator.h"

static int simulate(const std::string& workload, const std::string& topology, const std::vector<std::string>& named) {
    std::shared_ptr<const arsia::Scenario> scenario = arsia::load_scenario(workload, topology);
    for (const std::string& name : named)
        if (!scenario->platform.find_node(name).valid()) throw std::runtime_error("no accelerator '" + name + "'");
    arsia::Mapping mapping = arsia::find_search("baseline").make(scenario, 1, 1)->propose(1).at(0);

    { // one simulator at a time: SystemC has one kernel in a process
        arsia::Evaluator own(scenario);
        std::cout << "own  " << own.run(mapping).result.latency << " ps\n";
    }
    arsia::Evaluator evaluator(scenario, [&](arsia::NodeId, const arsia::Node& node) {
        bool is_npu = named.empty() || std::find(named.begin(), named.end(), node.name) != named.end();
        return is_npu ? std::make_unique<TlmAccelerator>((node.name + "_npu").c_str()) : nullptr;
    });
    std::cout << "npu  " << evaluator.run(mapping).result.latency << " ps\n";

    std::unique_ptr<arsia::Search> search = arsia::find_search("mars").make(scenario, 1, 50);
    arsia::SearchResult found = run_search(*search, evaluator, {50, 0});
    std::cout << "best " << found.best.value().evaluation.latency << " ps of " << found.evaluations << " evaluations\n";
    return 0;
}

// SystemC's own main would call this; arsia's programs start at main.
int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: tlm_example WORKLOAD TOPOLOGY [ACCELERATOR...]\n";
        return 2;
    }
    try {
        return simulate(argv[1], argv[2], {argv + 3, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
