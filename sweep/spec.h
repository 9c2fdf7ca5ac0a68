// A what-if study: what is mapped onto what, and the axes along which that varies. docs/sweep.md has the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "mapper/stream.h"

namespace arsia {

struct SearchSettings {
    std::string name = "auto"; ///< as in `arsia map`
    std::uint64_t seed = 1;
    std::uint64_t evaluations = 100;
};

/// All that a point is made from; axes change parts of it.
struct PointSettings {
    std::vector<std::string> workloads;
    std::int64_t batch = 1;
    Stream stream;
    YAML::Node topology;               ///< a name, a path, or a topology as a map
    std::optional<std::int64_t> count; ///< accelerators that the topology is to generate
    std::vector<YAML::Node> changes;   ///< each what a topology file with the one before as its base would state
    SearchSettings search;
    std::string mapping;       ///< file; empty: the search finds one
    bool keep_mapping = false; ///< take what the search found at the first point
};

struct AxisValue {
    std::string label;            ///< as the file has it, or the name of a map
    std::optional<double> number; ///< in the base unit of the axis's kind
    YAML::Node node;
};

struct AxisKind;

struct Axis {
    const AxisKind* kind = nullptr;
    std::string name;
    YAML::Node links; ///< which links it changes: a list of what selects links in a topology's `links:`
    std::vector<AxisValue> values;

    /// Whether the values are different numbers, so that they make a curve.
    bool is_quantity() const;
};

struct SweepSpec {
    std::string file;   ///< as the user named it, for messages
    std::string folder; ///< where paths are looked for first
    std::string text;
    std::string name, question, description;
    std::string measure = "latency"; ///< what points are compared by: latency, energy or period
    PointSettings base;
    std::vector<Axis> axes;

    std::size_t points() const;
};

} // namespace arsia
