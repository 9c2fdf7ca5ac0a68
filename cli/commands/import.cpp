// `arsia import`: an ONNX model as a workload file.
#include <charconv>

#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/errors.h"
#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/stage.h"
#include "workloads/onnx/importer.h"

namespace arsia {
namespace {

/// `sequence=128`.
void add_dimension(const std::string& text, ImportOptions& options) {
    std::size_t at = text.rfind('=');
    std::int64_t size = 0;
    bool legal = at != std::string::npos && at > 0;
    if (legal) {
        const char* end = text.data() + text.size();
        auto [stop, error] = std::from_chars(text.data() + at + 1, end, size);
        legal = error == std::errc() && stop == end && size >= 1 && size <= largest_size;
    }
    if (!legal)
        throw InputError(fmt::format("--dim: '{}' is not NAME=SIZE with a size from 1 to {}, like sequence=128", text,
                                     largest_size));
    if (!options.dimensions.emplace(text.substr(0, at), size).second)
        throw InputError(fmt::format("--dim: '{}' is given more than once", text.substr(0, at)));
}

UnknownOperators unknown_of(const std::string& text) {
    if (text == "error") return UnknownOperators::refuse;
    if (text == "elementwise") return UnknownOperators::elementwise;
    if (text == "cut") return UnknownOperators::cut;
    throw InputError(fmt::format("--unknown: '{}' is unknown; legal: error, elementwise, cut", text));
}

std::int64_t number_up_to(const Arguments& arguments, const char* option, std::int64_t most) {
    std::uint64_t value = arguments.whole_number(option, 1);
    if (value > static_cast<std::uint64_t>(most))
        throw InputError(fmt::format("--{}: {} is above {}", option, value, most));
    return static_cast<std::int64_t>(value);
}

ImportOptions options_of(const Arguments& arguments) {
    constexpr std::int64_t most_element_bits = 128;
    ImportOptions out;
    if (arguments.given("batch")) out.batch = number_up_to(arguments, "batch", largest_size);
    for (const std::string& text : arguments.texts("dim")) add_dimension(text, out);
    out.unknown = unknown_of(arguments.text("unknown"));
    out.fuse = !arguments.given("no-fuse");
    out.element_bits = number_up_to(arguments, "element-bits", most_element_bits);
    return out;
}

int run(const Arguments& arguments, Console& console, const CommandLine& command_line) {
    std::string file = arguments.text("MODEL.onnx");
    std::string output = arguments.text("output");
    ImportOptions options = options_of(arguments);
    Stage stage(console, "importing");
    ImportedModel model = import_onnx(file, options);
    Problems problems(file);
    Graph graph = build_graph(model.workload, problems);
    std::string comment = "Made by: " + command_line + "\n";
    for (const std::string& note : model.notes) comment += note + "\n";
    write_file_atomically(output, workload_text(model.workload, comment));

    stage.done(fmt::format("read {} and wrote {}", file, output));

    console.print(fmt::format("{}: {}, {} MACs, {} weights ({} parameters), {} bit elements\n", graph.name,
                              counted(graph.operators.size(), "operator"),
                              format_count(static_cast<double>(graph.macs())),
                              format_count(static_cast<double>(graph.weights())),
                              format_count(static_cast<double>(graph.parameters())), graph.element_bits));
    for (const std::string& note : model.notes) console.print("  " + note + "\n");
    console.print("written to " + output + "\n");
    console.result({{"workload", graph.name},
                    {"output", output},
                    {"operators", graph.operators.size()},
                    {"macs", graph.macs()},
                    {"weights", graph.weights()},
                    {"parameters", graph.parameters()},
                    {"digest", graph.digest()},
                    {"notes", model.notes}});
    return 0;
}

} // namespace

Command import_command() {
    Option dim{"dim", "NAME=N", "Size of a dimension that the model leaves open; once for each"};
    dim.repeats = true;
    return {{"import",
             {{"MODEL.onnx", "ONNX model, operator sets 7 to 17; weights are not read", true, Values::file()}},
             {output_option("W.yaml", "Workload file to write", true),
              {"batch", "N", "Samples at once; as the model says if not given, 1 where it leaves that open"},
              dim,
              {"unknown", "HOW",
               "Operators without a counterpart: 'error'; 'elementwise', taken for functions of each element; 'cut', "
               "the network ends before them",
               false, "error", 0, false, Values::one_of({"error", "elementwise", "cut"})},
              {"no-fuse", "", "Keep activations, scales and normalisations as operators of their own"},
              {"element-bits", "N", "Width of an element and weight on the accelerators", false, "16"}}},
            "Turn an ONNX model into a workload file",
            "Shapes are inferred, computations of shapes are carried out, and every node becomes operators of a\n"
            "workload. An .onnx file may also be named wherever a workload is; it is then read without options.",
            "arsia import model.onnx -o model.yaml",
            run};
}

} // namespace arsia
