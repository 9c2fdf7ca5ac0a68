// Generator `binary_tree`: accelerators are the nodes of a balanced binary tree; number i is linked to its parent,
// number (i − 1) / 2. Accelerators forward.
#include "extension.h"
#include "topologies/generators/kinds.h"

namespace extension {

namespace {

using namespace arsia;

class BinaryTree final : public Generator {
public:
    BinaryTree(std::size_t count, LinkSettings link) : count_(count), link_(link) {}

    std::size_t endpoints() const override { return count_; }
    std::size_t links() const override { return 2 * (count_ - 1); }
    bool endpoints_forward() const override { return true; }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        for (std::size_t i = 1; i < endpoints.size(); ++i) draft.connect(endpoints[i], endpoints[(i - 1) / 2], link_);
        return NodeId();
    }
    /// Both halves below the root are natural groups; the root is with the left one.
    std::string group_of(std::size_t endpoint) const override {
        while (endpoint > 2) endpoint = (endpoint - 1) / 2;
        return endpoint == 2 ? "right" : "left";
    }

private:
    std::size_t count_;
    LinkSettings link_;
};

GeneratorPtr read_binary_tree(YamlMap& map) {
    std::size_t count = read_count(map, "count");
    LinkSettings link = read_link(map);
    if (count == 0) return nullptr;
    return std::make_unique<BinaryTree>(count, link);
}

} // namespace

arsia::GeneratorKind binary_tree() { return {"binary_tree", read_binary_tree}; }

} // namespace extension
