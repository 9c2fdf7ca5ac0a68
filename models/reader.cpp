// Reader of `arsia-design/1`.
#include <algorithm>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/suggest.h"
#include "models/registry.h"

namespace arsia {

static DesignEnergy read_energy(const YamlValue& value) {
    DesignEnergy energy;
    YamlMap map = value.map();
    if (auto item = map.required("per_mac")) energy.pj_per_mac = item->energy_pj();
    if (auto item = map.required("per_memory_byte")) energy.pj_per_memory_byte = item->energy_pj();
    if (auto item = map.required("static")) energy.static_w = item->power_w();
    if (auto item = map.required("source")) {
        energy.source = item->text();
        if (item->is_scalar() && energy.source.find_first_not_of(" \t\n") == std::string::npos)
            item->problem("the source is empty; say where the figures come from, or that they are assumed");
    }
    map.finish();
    return energy;
}

static DesignResources read_resources(const YamlValue& value) {
    DesignResources resources;
    YamlMap map = value.map();
    if (auto item = map.optional("dsp")) resources.dsp = item->integer(0);
    if (auto item = map.optional("bram")) resources.bram = item->integer(0);
    map.finish();
    return resources;
}

static std::unique_ptr<Design> make_model(YamlMap& file) {
    std::optional<YamlValue> model = file.required("model");
    std::vector<std::string> legal;
    std::string kind = model && model->is_scalar() ? model->node().Scalar() : "";
    for (const ModelKind& known : model_kinds()) {
        if (known.name == kind) {
            std::unique_ptr<Design> design = known.make(file);
            design->kind = kind;
            return design;
        }
        legal.push_back(known.name);
    }
    if (model) model->one_of(legal);
    return nullptr;
}

static DesignPtr read(const YamlValue& root) {
    Problems& problems = root.problems();
    YamlMap file = root.map();
    expect_format(file, "arsia-design/1");
    std::unique_ptr<Design> design = make_model(file);
    if (!design) {
        // The rest of the file is still read for its problems, into a design that nobody gets to see; which keys the
        // model would know cannot be said, so none of them is unknown.
        Problems unseen;
        YamlMap copy = YamlValue(root.node(), "", unseen).map();
        design = model_kinds().front().make(copy);
        file.entries();
    }

    if (auto value = file.required("name")) design->name = value->name();
    if (auto value = file.optional("description")) design->description = value->text();
    if (auto value = file.required("clock")) design->clock = value->frequency();
    if (auto value = file.optional("element")) design->element_bits = read_bits(*value, "an element width", 64);
    if (auto value = file.required("vector")) {
        YamlMap map = value->map();
        design->vector_width = read_size(map, "width");
        if (auto tile = map.required("tile")) design->vector_tile = tile->integer(1, std::int64_t(1) << 30);
        map.finish();
    }
    if (auto value = file.optional("reconfiguration")) design->reconfiguration = value->duration();
    if (auto value = file.optional("energy")) design->energy = read_energy(*value);
    if (auto value = file.optional("resources")) design->resources = read_resources(*value);
    file.finish();
    problems.throw_if_any();
    return design;
}

DesignPtr read_design(const std::string& name_or_path) {
    std::string path = resolve_catalog_file(CatalogKind::design, name_or_path);
    Problems problems(path);
    return read(load_yaml_file(path, problems));
}

DesignPtr read_design_text(const std::string& text, const std::string& shown) {
    Problems problems(shown);
    return read(load_yaml_text(text, problems));
}

} // namespace arsia
