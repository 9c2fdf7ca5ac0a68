#include "workloads/onnx/importer.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/names.h"
#include "workloads/onnx/context.h"
#include "workloads/onnx/fusion.h"
#include "workloads/onnx/handlers.h"
#include "workloads/onnx/input_roles.h"
#include "workloads/onnx/network_builder.h"
#include "workloads/onnx/patterns.h"
#include "workloads/onnx/slim_model.h"

namespace arsia {

namespace {

using namespace onnx_import;

/// Operators of a network, one node after another.
class Conversion {
public:
    Conversion(const Network& network, Problems& problems)
        : network_(network), problems_(problems), patterns_(find_patterns(network)), context_(network) {}

    Draft run() {
        for (std::size_t input : network_.inputs) context_.place_input(input, input_roles(network_, input));
        for (std::size_t i = 0; i < network_.nodes.size(); ++i)
            if (patterns_.members.count(i) == 0) convert(i);
        problems_.throw_if_any();
        Draft draft = std::move(context_.draft());
        std::vector<std::string> inputs;
        for (const WorkloadDescription::Input& input : draft.inputs) inputs.push_back(input.name);
        for (std::size_t output : network_.outputs) {
            const std::string base = context_.has_layout(output) ? context_.layout(output).base() : "";
            bool is_input = base.empty() || std::find(inputs.begin(), inputs.end(), base) != inputs.end();
            bool twice = std::find(draft.outputs.begin(), draft.outputs.end(), base) != draft.outputs.end();
            if (is_input)
                draft.notes.push_back(
                    fmt::format("output '{}' is left out: it is an input as it came in", network_.values[output].name));
            else if (!twice)
                draft.outputs.push_back(base);
        }
        if (draft.outputs.empty()) problems_.add(0, "graph.output", "no output is computed from an input");
        problems_.throw_if_any();
        return draft;
    }

private:
    void convert(std::size_t index) {
        const Node& node = network_.nodes[index];
        auto composite = patterns_.by_last_node.find(index);
        // What could not be converted has been reported; nodes behind it are not.
        for (std::size_t input : node.inputs)
            if (composite == patterns_.by_last_node.end() && input != no_value && !network_.values[input].constant &&
                !context_.has_layout(input))
                return;
        try {
            if (composite != patterns_.by_last_node.end())
                convert_composite(node, composite->second);
            else if (Handler handler = find_handler(node))
                handler(context_, node);
            else
                convert_as_elementwise(context_, node);
            for (std::size_t i = 0; i < node.outputs.size(); ++i)
                if (network_.uses_output(node, i) && !context_.has_layout(node.outputs[i]))
                    throw Unsupported(
                        fmt::format("its result '{}' is not modelled", node.proto().output(static_cast<int>(i))));
        } catch (const Unsupported& reason) {
            problems_.add(0, node.path(), fmt::format("{}: {}", node.described(), reason.what()));
        }
    }

    void convert_composite(const Node& node, const Composite& composite) {
        if (!context_.has_layout(composite.input)) return;
        const Layout& in = context_.layout(composite.input);
        bool norm = composite.type == "layer_norm" || composite.type == "rms_norm" || composite.type == "rotary";
        context_.give(node, 0,
                      norm ? normalized(context_, node, in, composite.axis, composite.type, false)
                           : unary(context_, node, in, composite.type));
    }

    const Network& network_;
    Problems& problems_;
    Patterns patterns_;
    Context context_;
};

/// All samples are alike: a batch is so many of them.
void set_batch(Draft& draft, std::int64_t batch, Problems& problems) {
    std::int64_t found = 0;
    for (WorkloadDescription::Input& input : draft.inputs) {
        if (input.residence != Residence::host) continue;
        if (found == 0) found = input.shape[batch_axis];
        if (input.shape[batch_axis] != found)
            problems.add(0, "graph.input",
                         fmt::format("--batch: the inputs have batches of {} and {}; the batch can only be set where "
                                     "all are equal",
                                     found, input.shape[batch_axis]));
        input.shape[batch_axis] = batch;
    }
    problems.throw_if_any();
}

/// Names must be UTF-8; control characters are replaced where a name is used.
void check_names(const onnx::GraphProto& graph, Problems& problems) {
    auto check = [&](const std::string& text, const std::string& path) {
        if (std::optional<std::size_t> bad = first_byte_not_utf8(text))
            problems.add(0, path,
                         fmt::format("a name must be UTF-8 text; byte {} of this one, {}, is not", *bad + 1,
                                     shown_byte(text[*bad])));
    };
    for (int i = 0; i < graph.node_size(); ++i) {
        const onnx::NodeProto& node = graph.node(i);
        const std::string path = fmt::format("graph.node[{}]", i);
        check(node.name(), path + ".name");
        check(node.op_type(), path + ".op_type");
        check(node.domain(), path + ".domain");
        for (const std::string& input : node.input()) check(input, path + ".input");
        for (const std::string& output : node.output()) check(output, path + ".output");
    }
    for (int i = 0; i < graph.initializer_size(); ++i)
        check(graph.initializer(i).name(), fmt::format("graph.initializer[{}].name", i));
    for (int i = 0; i < graph.input_size(); ++i) {
        const onnx::ValueInfoProto& input = graph.input(i);
        check(input.name(), fmt::format("graph.input[{}].name", i));
        for (const auto& dim : input.type().tensor_type().shape().dim())
            check(dim.dim_param(), fmt::format("graph.input[{}].type", i));
    }
    for (int i = 0; i < graph.output_size(); ++i)
        check(graph.output(i).name(), fmt::format("graph.output[{}].name", i));
}

ImportedModel import_slim(const std::string& slim, const ImportOptions& options, const std::string& shown) {
    Problems problems(shown);
    onnx::ModelProto model;
    if (!model.ParseFromString(slim)) {
        problems.add(0, "", "is no ONNX model: its protobuf message is malformed");
        problems.throw_if_any();
    }
    const std::string name = std::filesystem::path(shown).stem().string();
    if (std::string reason = name_problem(name); !reason.empty())
        problems.add(0, "", "the workload is called as the file is; " + reason);
    check_names(model.graph(), problems);
    problems.throw_if_any();
    auto known = [](const Node& node) { return find_handler(node) != nullptr; };
    NetworkBuilder builder(model, options, known, problems);
    Network network = builder.build();
    Draft draft = Conversion(network, problems).run();
    if (options.batch) set_batch(draft, *options.batch, problems);

    ImportedModel out;
    if (!builder.unknown_text().empty())
        out.notes.push_back(fmt::format(
            "{}: {}", options.unknown == UnknownOperators::cut ? "cut off before" : "taken for element-wise functions",
            builder.unknown_text()));
    if (options.fuse) {
        std::string fused = fuse(draft);
        if (!fused.empty()) out.notes.push_back("fused into the operators before them: " + fused);
    }
    out.notes.insert(out.notes.end(), draft.notes.begin(), draft.notes.end());
    out.workload.name = name;
    out.workload.element_bits = options.element_bits;
    out.workload.inputs = std::move(draft.inputs);
    for (DraftOperator& op : draft.operators) out.workload.operators.push_back(std::move(op.spec));
    out.workload.outputs = std::move(draft.outputs);
    return out;
}

} // namespace

ImportedModel import_onnx(const std::string& file, const ImportOptions& options) {
    return import_slim(slim_model_of_file(file), options, file);
}

ImportedModel import_onnx_bytes(std::string_view bytes, const ImportOptions& options, const std::string& shown) {
    return import_slim(slim_model_of_bytes(bytes, shown), options, shown);
}

} // namespace arsia
