#include "workloads/reader.h"

#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/yaml.h"
#include "workloads/blocks.h"
#include "workloads/description.h"
#include "workloads/graph_builder.h"
#include "workloads/onnx/importer.h"

namespace arsia {

namespace {

constexpr std::int64_t default_element_bits = 16;
constexpr std::int64_t most_element_bits = 128;

/// `16 bit`.
std::int64_t read_element_bits(const YamlValue& value) {
    std::string text = value.text();
    std::int64_t bits = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    std::string unit = text.substr(static_cast<std::size_t>(end - text.data()));
    unit.erase(0, unit.find_first_not_of(' '));
    if (error != std::errc() || unit != "bit") {
        value.problem(fmt::format("'{}' is no element width; expected a whole number of bits, like '16 bit'", text));
        return default_element_bits;
    }
    if (bits < 1 || bits > most_element_bits) {
        value.problem(fmt::format("'{}': an element has from 1 to {} bits", text, most_element_bits));
        return default_element_bits;
    }
    return bits;
}

/// Names and shapes of tensors that no operator makes.
void read_inputs(const std::optional<YamlValue>& value, Residence residence, GraphBuilder& builder) {
    if (!value) return;
    YamlMap inputs = value->map();
    for (auto& [input, shape] : inputs.entries())
        builder.add_resident_input(input, shape.integers(1, largest_size), residence, shape.line(), shape.path());
}

Graph read_graph(const YamlValue& root, std::int64_t batch, std::int64_t most, Problems& problems) {
    YamlMap map = root.map();
    expect_format(map, "arsia-workload/1");
    std::string name;
    if (auto value = map.required("name")) name = value->name();
    std::int64_t element_bits = default_element_bits;
    if (auto value = map.optional("element")) element_bits = read_element_bits(*value);

    GraphBuilder builder(name, element_bits, problems);
    builder.set_batch(batch);
    read_inputs(map.required("inputs"), Residence::host, builder);
    read_inputs(map.optional("parameters"), Residence::parameter, builder);
    read_inputs(map.optional("caches"), Residence::cache, builder);
    BlockExpander expander(most);
    if (auto value = map.optional("blocks")) expander.define_blocks(*value);
    if (auto value = map.required("operators")) {
        Expansion found = expander.expand(value->items());
        for (OperatorSpec& spec : found.operators) builder.add_operator(std::move(spec));
        for (Expansion::Alias& alias : found.aliases)
            builder.add_alias(alias.name, alias.target, alias.line, alias.path);
    }
    if (auto value = map.optional("outputs")) {
        std::vector<std::string> names = value->texts();
        if (names.empty()) value->problem("no output is named; without this key, all unread results are outputs");
        builder.set_outputs(std::move(names), value->line(), value->path());
    }
    map.finish();
    return builder.finish();
}

/// As `arsia import` takes it without options.
Graph read_onnx(const std::string& file, std::int64_t batch) {
    Problems problems(file);
    return build_graph(import_onnx(file).workload, problems, batch);
}

} // namespace

Graph read_workload(const std::string& name_or_path, std::int64_t batch) {
    std::string file = resolve_catalog_file(CatalogKind::workload, name_or_path);
    if (std::filesystem::path(file).extension() == ".onnx") return read_onnx(file, batch);
    Problems problems(file);
    return read_graph(load_yaml_file(file, problems), batch, most_operators, problems);
}

Graph read_workload_text(const std::string& text, const std::string& shown, std::int64_t batch, std::int64_t most) {
    Problems problems(shown);
    return read_graph(load_yaml_text(text, problems), batch, most, problems);
}

} // namespace arsia
