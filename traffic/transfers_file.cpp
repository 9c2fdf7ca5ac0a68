#include "traffic/transfers_file.h"

#include <fmt/format.h>

#include "base/suggest.h"
#include "traffic/transfer_reader.h"

namespace arsia {

TransferReader::TransferReader(const Platform& platform, Problems& problems)
    : platform_(platform), problems_(problems) {
    for (const Node& node : platform.nodes)
        if (node.kind != NodeKind::switch_node) endpoints_.push_back(node.name);
}

NodeId TransferReader::node(const std::optional<TransferField>& field) const {
    if (!field) return {};
    NodeId found = platform_.find_node(field->text);
    if (!found.valid())
        problems_.add(field->line, field->path,
                      fmt::format("{} has no node '{}'{}; there are: {}", platform_.name, field->text,
                                  did_you_mean(field->text, endpoints_), name_list(endpoints_, 8)));
    else if (platform_.nodes[found].kind == NodeKind::switch_node)
        problems_.add(field->line, field->path,
                      fmt::format("'{}' is a switch, which neither sends nor receives", field->text));
    return found;
}

template <class T, class Parse>
T TransferReader::parsed(const std::optional<TransferField>& field, T fallback, Parse parse) const {
    if (!field) return fallback;
    try {
        return parse(field->text);
    } catch (const InputError& error) {
        problems_.add(field->line, field->path, error.what());
        return fallback;
    }
}

void TransferReader::add(const TransferFields& fields) {
    traffic_.push_back({node(fields.source), node(fields.destination), parsed<Bytes>(fields.bytes, 0, parse_bytes),
                        parsed<TimePs>(fields.start, 0, parse_duration)});
}

static std::optional<TransferField> field_of(const std::optional<YamlValue>& value) {
    if (!value) return std::nullopt;
    if (!value->is_scalar()) {
        value->text(); // records the problem
        return std::nullopt;
    }
    return TransferField{value->text(), value->line(), value->path()};
}

Traffic read_transfers_yaml(const std::string& text, const std::string& shown, const Platform& platform) {
    Problems problems(shown);
    YamlValue root = load_yaml_document(text, problems);
    TransferReader reader(platform, problems);
    std::optional<YamlValue> list = root;
    if (!root.is_sequence()) {
        YamlMap map = root.map();
        if (root.is_map()) expect_format(map, "arsia-transfers/1");
        list = map.required("transfers");
        map.finish();
    }
    if (list)
        for (const YamlValue& item : list->items()) {
            YamlMap entry = item.map();
            TransferFields fields;
            fields.source = field_of(entry.required("source"));
            fields.destination = field_of(entry.required("destination"));
            fields.bytes = field_of(entry.required("bytes"));
            fields.start = field_of(entry.optional("start"));
            entry.finish();
            reader.add(fields);
        }
    problems.throw_if_any();
    return reader.traffic();
}

Traffic read_transfers(const std::string& file, const Platform& platform) {
    std::string text = read_text_file(file);
    constexpr std::string_view ending = ".csv";
    bool csv = file.size() >= ending.size() && file.compare(file.size() - ending.size(), ending.size(), ending) == 0;
    return csv ? read_transfers_csv(text, file, platform) : read_transfers_yaml(text, file, platform);
}

} // namespace arsia
