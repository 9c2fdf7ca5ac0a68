// ring, line, mesh, torus: grids of any number of dimensions, with or without a way round. A ring is a torus and a line
// a mesh of one dimension.
#include <fmt/format.h>

#include "topologies/generators/kinds.h"

namespace arsia {

namespace {

/// Positions count with the last dimension fastest. Each is linked with the next one in every dimension; a torus also
/// links the last with the first, unless the dimension has two positions, which one link each way already joins.
/// Links: mesh 2·Σ (d−1)·n/d, torus 2·n for each dimension d > 2, n for d = 2, none for d = 1.
class GridGenerator : public Generator {
public:
    GridGenerator(Grid grid, LinkSettings link, Routing routing)
        : grid_(std::move(grid)), link_(link), routing_(routing) {}

    std::size_t endpoints() const override { return grid_.size(); }
    std::size_t links() const override {
        std::size_t sum = 0;
        for (std::size_t dim : grid_.dims) {
            std::size_t pairs = dim - 1 + (grid_.wraps && dim > 2 ? 1 : 0);
            sum += 2 * pairs * (endpoints() / dim);
        }
        return sum;
    }
    bool endpoints_forward() const override { return true; }
    Routing routing() const override { return routing_; }
    Grid grid() const override { return routing_ == Routing::dimension_order ? grid_ : Grid(); }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        if (grid_.wraps && grid_.dims.size() == 1 && endpoints.size() > 2) {
            join_ring(endpoints, draft);
            return NodeId();
        }
        for (std::size_t at = 0; at < endpoints.size(); ++at) {
            std::size_t stride = 1;
            for (std::size_t dim = grid_.dims.size(); dim-- > 0;) {
                std::size_t size = grid_.dims[dim];
                std::size_t position = at / stride % size;
                if (position + 1 < size)
                    draft.connect(endpoints[at], endpoints[at + stride], link_);
                else if (grid_.wraps && size > 2)
                    draft.connect(endpoints[at], endpoints[at - position * stride], link_);
                stride *= size;
            }
        }
        return NodeId();
    }

private:
    /// Links to the next position come first: of two equally short ways round, the one that counts up has the lower ids
    /// and is taken.
    void join_ring(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const {
        std::size_t size = endpoints.size();
        for (std::size_t at = 0; at < size; ++at) draft.add_link(endpoints[at], endpoints[(at + 1) % size], link_);
        for (std::size_t at = 0; at < size; ++at) draft.add_link(endpoints[(at + 1) % size], endpoints[at], link_);
    }

    Grid grid_;
    LinkSettings link_;
    Routing routing_;
};

GeneratorPtr read_one_dimension(YamlMap& map, bool wraps) {
    Grid grid{{read_count(map, "count")}, wraps};
    LinkSettings link = read_link(map);
    if (grid.size() == 0) return nullptr;
    return std::make_unique<GridGenerator>(grid, link, Routing::shortest);
}

GeneratorPtr read_dimensions(YamlMap& map, bool wraps) {
    Grid grid{{}, wraps};
    std::size_t before = map.value().problems().found().size();
    if (auto dims = map.required("dims")) {
        for (std::int64_t dim : dims->integers(1, most_endpoints)) {
            if (!grid.dims.empty() && too_many_endpoints(map, grid.size(), static_cast<std::size_t>(dim))) break;
            grid.dims.push_back(static_cast<std::size_t>(dim));
        }
        if (dims->is_sequence() && dims->node().size() == 0) dims->problem("needs at least one dimension, like [4, 4]");
    }
    bool wrong = map.value().problems().found().size() != before;
    LinkSettings link = read_link(map);
    if (wrong) return nullptr;
    return std::make_unique<GridGenerator>(grid, link, Routing::dimension_order);
}

} // namespace

GeneratorPtr read_ring(YamlMap& map) { return read_one_dimension(map, true); }
GeneratorPtr read_line(YamlMap& map) { return read_one_dimension(map, false); }
GeneratorPtr read_mesh(YamlMap& map) { return read_dimensions(map, false); }
GeneratorPtr read_torus(YamlMap& map) { return read_dimensions(map, true); }

} // namespace arsia
