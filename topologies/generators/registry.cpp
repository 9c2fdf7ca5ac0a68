#include <fmt/format.h>

#include "base/registry.h"
#include "topologies/generators/kinds.h"
#include "topologies/link_settings.h"

namespace arsia {

static std::vector<GeneratorKind>& known_kinds() {
    static std::vector<GeneratorKind> kinds = {
        {"dragonfly", read_dragonfly}, {"fat_tree", read_fat_tree}, {"fully_connected", read_fully_connected},
        {"groups", read_groups},       {"line", read_line},         {"mesh", read_mesh},
        {"ring", read_ring},           {"switch", read_switch},     {"torus", read_torus}};
    return kinds;
}

const std::vector<GeneratorKind>& generator_kinds() { return known_kinds(); }
void add_generator_kind(GeneratorKind kind) { add_by_name(known_kinds(), std::move(kind), "kind of generator"); }

GeneratorPtr read_generator(YamlMap& map) {
    std::optional<YamlValue> kind = map.required("kind");
    if (!kind) {
        map.entries(); // which keys are legal depends on the kind
        return nullptr;
    }
    std::vector<std::string> names;
    for (const GeneratorKind& known : generator_kinds()) names.push_back(known.name);
    std::size_t before = map.value().problems().found().size();
    std::string name = kind->one_of(names);
    if (map.value().problems().found().size() != before) {
        map.entries();
        return nullptr;
    }
    for (const GeneratorKind& known : generator_kinds())
        if (known.name == name) return known.read(map);
    return nullptr;
}

std::size_t read_count(YamlMap& map, const std::string& key, std::int64_t most) {
    std::optional<YamlValue> value = map.required(key);
    if (!value) return 0;
    std::size_t before = map.value().problems().found().size();
    std::int64_t count = value->integer(1, most);
    return map.value().problems().found().size() == before ? static_cast<std::size_t>(count) : 0;
}

LinkSettings read_link(YamlMap& map) {
    std::optional<YamlValue> value = map.required("link");
    return value ? read_link_settings(*value) : LinkSettings{Bandwidth{1}};
}

bool too_many_endpoints(const YamlMap& map, std::size_t a, std::size_t b) {
    if (a == 0 || b <= static_cast<std::size_t>(most_endpoints) / a) return false;
    map.value().problem(fmt::format("{} times {} accelerators are more than the {} possible", a, b, most_endpoints));
    return true;
}

} // namespace arsia
