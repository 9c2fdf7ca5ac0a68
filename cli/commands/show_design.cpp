#include <fmt/format.h>

#include "cli/commands/show.h"
#include "cli/table.h"
#include "models/design.h"

namespace arsia {
namespace {

/// A count as stated, or null.
Json stated(std::int64_t count) { return count < 0 ? Json() : Json(count); }

Json design_object(const Design& design) {
    Json parameters = Json::object();
    for (const DesignParameter& parameter : design.parameters) parameters[parameter.name] = parameter.value;
    return {{"name", design.name},
            {"kind", design.kind},
            {"description", design.description},
            {"clock_hz", design.clock.hertz},
            {"element_bits", design.element_bits},
            {"multipliers", design.multipliers},
            {"vector_width", design.vector_width},
            {"vector_tile", design.vector_tile},
            {"reconfiguration_ps", design.reconfiguration},
            {"parameters", parameters},
            {"resources", {{"dsp", stated(design.resources.dsp)}, {"bram", stated(design.resources.bram)}}},
            {"energy",
             {{"pj_per_mac", design.energy.pj_per_mac},
              {"pj_per_memory_byte", design.energy.pj_per_memory_byte},
              {"static_w", design.energy.static_w},
              {"source", design.energy.source}}}};
}

/// A text in the second column, or nothing.
std::string described(const std::string& text) {
    constexpr std::size_t second_column = 17;
    if (text.empty()) return "";
    return std::string(second_column, ' ') + wrapped(text, second_column) + "\n";
}

std::string energy_text(const DesignEnergy& energy) {
    if (!energy.is_stated()) return "energy           not stated\n";
    std::string out = fmt::format("energy           {:g} pJ a MAC, {:g} pJ a byte of local memory, {:g} W static\n",
                                  energy.pj_per_mac, energy.pj_per_memory_byte, energy.static_w);
    return out + described(energy.source);
}

std::string design_text(const Design& design) {
    auto hertz = static_cast<double>(design.clock.hertz);
    std::string out = fmt::format("design           {} ({})\n", design.name, design.kind);
    out += described(design.description);
    for (const DesignParameter& parameter : design.parameters)
        out += fmt::format("{:<15}  {}\n", parameter.name, parameter.value);
    out += fmt::format("clock            {}Hz\n", format_count(hertz));
    out += fmt::format("element          {} bit\n", design.element_bits);
    out += fmt::format("multipliers      {}, together {} multiplications a second\n", design.multipliers,
                       format_count(hertz * static_cast<double>(design.multipliers)));
    out += fmt::format("vector width     {} elements a cycle (pooling, adds, activations)\n", design.vector_width);
    out += fmt::format("reconfiguration  {}\n", format_time(design.reconfiguration));
    if (design.resources.dsp >= 0) out += fmt::format("DSP slices       {}\n", design.resources.dsp);
    if (design.resources.bram >= 0) out += fmt::format("block RAM        {} of 36 Kibit\n", design.resources.bram);
    return out + energy_text(design.energy);
}

} // namespace

void show_design(const std::string& name, Console& console) {
    DesignPtr design = read_design(name);
    console.print(design_text(*design));
    console.result(design_object(*design));
}

} // namespace arsia
