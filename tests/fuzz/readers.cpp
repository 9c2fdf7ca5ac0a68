#include "tests/fuzz/readers.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/errors.h"
#include "sweep/plan.h"
#include "sweep/reader.h"
#include "sweep/runner.h"
#include "workloads/onnx/importer.h"
#include "workloads/reader.h"

namespace arsia::fuzz {

void fail(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::abort();
}

Reader find_reader(const std::string& name) {
    static const std::map<std::string, Reader> readers = {
        {"onnx", read_onnx},     {"workload", read_workload}, {"sweep", read_sweep}, {"topology", read_topology},
        {"design", read_design}, {"mapping", read_mapping},   {"run", read_run},     {"checkpoint", read_checkpoint}};
    auto found = readers.find(name);
    return found == readers.end() ? nullptr : found->second;
}

void read_onnx(const std::string& bytes) {
    const std::size_t size = bytes.size();
    ImportOptions options;
    // The size picks the options, so that all are tried and an input still says all.
    options.unknown = size % 3 == 0   ? UnknownOperators::refuse
                      : size % 3 == 1 ? UnknownOperators::elementwise
                                      : UnknownOperators::cut;
    options.fuse = size % 2 == 0;
    std::string text, digest;
    try {
        ImportedModel model = import_onnx_bytes(bytes, options);
        Problems problems("model.onnx");
        digest = build_graph(model.workload, problems).digest();
        text = workload_text(model.workload, "fuzzed");
    } catch (const InputError&) {
        return;
    }
    try {
        if (read_workload_text(text).digest() != digest) fail("another graph when read back:\n" + text);
    } catch (const InputError& error) {
        fail(std::string("cannot be read back: ") + error.what() + "\n" + text);
    }
}

void read_workload(const std::string& bytes) {
    try {
        // Millions of operators are legal, and take more time and memory than a fuzzer has.
        constexpr std::int64_t few_operators = 20'000;
        Graph graph = read_workload_text(bytes, "workload.yaml", 1, few_operators);
        if (graph.macs() < 0 || graph.parameters() < 0) fail("a negative count");
    } catch (const InputError&) { // what bad files get
    }
}

void read_sweep(const std::string& bytes) {
    try {
        SweepSpec spec = read_sweep_text(bytes);
        constexpr std::size_t some = 100;
        for (std::size_t point = 0; point < std::min(spec.points(), some); ++point) {
            PointSettings settings = settings_of(spec, point);
            if (settings.workloads.empty() || label_of(spec, point).empty()) fail("a point without workload or label");
        }
        if (empty_record(spec).points.size() != spec.points()) fail("points were lost");
    } catch (const InputError&) { // what bad files get
    }
}

} // namespace arsia::fuzz
