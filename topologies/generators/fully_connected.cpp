// fully_connected: one link each way between every two.
#include "topologies/generators/kinds.h"

namespace arsia {

namespace {

constexpr std::int64_t most_fully_connected = 1'024; // a million links

class FullyConnectedGenerator : public Generator {
public:
    FullyConnectedGenerator(std::size_t count, LinkSettings link) : count_(count), link_(link) {}

    std::size_t endpoints() const override { return count_; }
    std::size_t links() const override { return count_ * (count_ - 1); }
    bool endpoints_forward() const override { return false; }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        for (std::size_t a = 0; a < endpoints.size(); ++a)
            for (std::size_t b = a + 1; b < endpoints.size(); ++b) draft.connect(endpoints[a], endpoints[b], link_);
        return NodeId();
    }

private:
    std::size_t count_;
    LinkSettings link_;
};

} // namespace

GeneratorPtr read_fully_connected(YamlMap& map) {
    std::size_t count = read_count(map, "count", most_fully_connected);
    LinkSettings link = read_link(map);
    if (count == 0) return nullptr;
    return std::make_unique<FullyConnectedGenerator>(count, link);
}

} // namespace arsia
