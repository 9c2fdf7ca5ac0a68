// Kinds of model by name: what stands behind `model:` in a design file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "models/design.h"
#include "models/tile_choice.h"

namespace arsia {

/// A kind of model. `make` asks the file for the parameters of its kind and fills the design's multipliers and
/// parameters; everything that all designs share is the reader's. Problems are recorded in the file's list; a value
/// that is missing or wrong is replaced by a harmless one.
struct ModelKind {
    std::string name;
    std::string summary; ///< one line, with the source
    std::unique_ptr<Design> (*make)(YamlMap& file);
};

/// All kinds, sorted by name.
const std::vector<ModelKind>& model_kinds();

/// Makes a kind of model known to the whole process. To be called from main, before any file is read and any other
/// thread runs. Throws std::logic_error if the name is taken.
void add_model_kind(ModelKind kind);

std::unique_ptr<Design> make_fixed_conv(YamlMap& file);
std::unique_ptr<Design> make_fixed_linear(YamlMap& file);
std::unique_ptr<Design> make_fixed_lstm(YamlMap& file);
std::unique_ptr<Design> make_roofline(YamlMap& file);
std::unique_ptr<Design> make_systolic_2d(YamlMap& file);
std::unique_ptr<Design> make_systolic_simd(YamlMap& file);
std::unique_ptr<Design> make_table(YamlMap& file);
std::unique_ptr<Design> make_tiled_loop(YamlMap& file);
std::unique_ptr<Design> make_winograd(YamlMap& file);

// Readers of parameters that several kinds have. Sizes are from 1 to 65,536.

constexpr std::int64_t largest_parameter = 65536;

/// `key` of a map as a size; 1 and a problem where it is missing or wrong.
std::int64_t read_size(YamlMap& map, const std::string& key);
/// `16 bit`, from 1 to `most`; 16 and a problem that says that the text is not `what`.
std::int64_t read_bits(const YamlValue& value, const char* what, std::int64_t most);
/// `tile: {K: …, C: …, P: …, Q: …}`.
TileShape read_tile(YamlMap& file);
std::string to_string(const TileShape& tile);
/// `tile` or `buffers: {input: …, weight: …, output: …}`, exactly one of them. `unit`: what the array does at once.
Tiling read_tiling(YamlMap& file, const TileShape& unit);
DesignParameter shown_tiling(const Tiling& tiling);

} // namespace arsia
