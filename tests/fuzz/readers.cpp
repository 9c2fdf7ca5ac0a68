#include "tests/fuzz/readers.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/errors.h"
#include "sweep/plan.h"
#include "sweep/reader.h"
#include "sweep/runner.h"
#include "workloads/onnx/importer.h"
#include "workloads/reader.h"

namespace arsia::fuzz {

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::abort();
}

} // namespace

void read_onnx(const std::uint8_t* data, std::size_t size) {
    ImportOptions options;
    // The size picks the options, so that all are tried and an input still says all.
    options.unknown = size % 3 == 0   ? UnknownOperators::refuse
                      : size % 3 == 1 ? UnknownOperators::elementwise
                                      : UnknownOperators::cut;
    options.fuse = size % 2 == 0;
    std::string text, digest;
    try {
        ImportedModel model = import_onnx_bytes({reinterpret_cast<const char*>(data), size}, options);
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

void read_yaml(const std::uint8_t* data, std::size_t size) {
    try {
        Graph graph = read_workload_text(std::string(reinterpret_cast<const char*>(data), size));
        if (graph.macs() < 0 || graph.parameters() < 0) fail("a negative count");
    } catch (const InputError&) { // what bad files get
    }
}

void read_sweep_spec(const std::uint8_t* data, std::size_t size) {
    try {
        SweepSpec spec = read_sweep_text(std::string(reinterpret_cast<const char*>(data), size));
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
