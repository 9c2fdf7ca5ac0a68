// switch: a star around one switch.
#include "topologies/generators/kinds.h"

namespace arsia {

namespace {

class SwitchGenerator : public Generator {
public:
    SwitchGenerator(std::size_t count, LinkSettings link) : count_(count), link_(link) {}

    std::size_t endpoints() const override { return count_; }
    std::size_t links() const override { return 2 * count_; }
    bool endpoints_forward() const override { return false; }
    bool has_centre() const override { return true; }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        NodeId centre = draft.add_switch("sw");
        for (NodeId endpoint : endpoints) draft.connect(endpoint, centre, link_);
        return centre;
    }

private:
    std::size_t count_;
    LinkSettings link_;
};

} // namespace

GeneratorPtr read_switch(YamlMap& map) {
    std::size_t count = read_count(map, "count");
    LinkSettings link = read_link(map);
    if (count == 0) return nullptr;
    return std::make_unique<SwitchGenerator>(count, link);
}

} // namespace arsia
