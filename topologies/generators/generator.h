// Generators: a regular network in a line of a file. A generator joins a given list of endpoints by links and, where
// its kind has them, switches; so one generator can join accelerators, and another the groups that came out of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "topologies/draft.h"

namespace arsia {

class Generator {
public:
    virtual ~Generator() = default;

    virtual std::size_t endpoints() const = 0;
    /// Directed links that join() adds.
    virtual std::size_t links() const = 0;
    /// Whether endpoints must let the transfers of others through for all to reach all.
    virtual bool endpoints_forward() const = 0;
    /// Adds links and switches; as many endpoints as endpoints() says. Returns the one switch in the middle of it all,
    /// or an invalid id where the kind has none.
    virtual NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const = 0;
    virtual bool has_centre() const { return false; }

    virtual Routing routing() const { return Routing::shortest; }
    /// The grid of the endpoints; without dims where the kind is none.
    virtual Grid grid() const { return {}; }
    /// Natural group of an endpoint; empty: none.
    virtual std::string group_of(std::size_t) const { return ""; }
};

using GeneratorPtr = std::unique_ptr<const Generator>;

/// One kind of generator by its name in files.
struct GeneratorKind {
    std::string name;
    GeneratorPtr (*read)(YamlMap& map);
};

/// All kinds, sorted by name.
const std::vector<GeneratorKind>& generator_kinds();

/// Makes a kind of generator known to the whole process. To be called from main, before any file is read and any other
/// thread runs. Throws std::logic_error if the name is taken.
void add_generator_kind(GeneratorKind kind);

/// Reads `kind` and the keys of that kind; the caller asks for keys of its own and finishes the map. Nothing if a
/// problem leaves open which nodes there are; problems of links alone do not.
GeneratorPtr read_generator(YamlMap& map);

/// Most endpoints of one platform; beyond it a number is taken for a typing error.
constexpr std::int64_t most_endpoints = 65'536;

} // namespace arsia
