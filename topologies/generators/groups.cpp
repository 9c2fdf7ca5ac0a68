// groups: one generator inside each group, another between the groups; either may be groups again.
#include <fmt/format.h>

#include "topologies/generators/kinds.h"

namespace arsia {

namespace {

/// Which nodes of a group meet the other groups.
enum class Through {
    members,      ///< member i of each group meets members i of the others
    first,        ///< the first member alone
    centre_switch ///< the switch of a group that has one in its middle
};

class GroupsGenerator : public Generator {
public:
    /// `between` may be null: the groups are joined by the host or by links stated in the file.
    GroupsGenerator(std::size_t count, GeneratorPtr inside, GeneratorPtr between, Through through)
        : count_(count), inside_(std::move(inside)), between_(std::move(between)), through_(through) {}

    std::size_t endpoints() const override { return count_ * inside_->endpoints(); }
    std::size_t links() const override {
        std::size_t outer = between_ ? between_->links() : 0;
        if (through_ == Through::members) outer *= inside_->endpoints();
        return count_ * inside_->links() + outer;
    }
    bool endpoints_forward() const override {
        return inside_->endpoints_forward() || (between_ && through_ != Through::centre_switch);
    }
    bool has_centre() const override { return between_ && between_->has_centre() && through_ != Through::members; }
    Routing routing() const override {
        bool spread = inside_->routing() == Routing::spread || (between_ && between_->routing() == Routing::spread);
        return spread ? Routing::spread : Routing::shortest;
    }
    std::string group_of(std::size_t endpoint) const override {
        std::string outer = fmt::format("group{}", endpoint / inside_->endpoints());
        std::string inner = inside_->group_of(endpoint % inside_->endpoints());
        return inner.empty() ? outer : outer + "." + inner;
    }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        std::size_t size = inside_->endpoints();
        std::vector<NodeId> centres;
        for (std::size_t group = 0; group < count_; ++group) {
            auto begin = endpoints.begin() + static_cast<std::ptrdiff_t>(group * size);
            centres.push_back(inside_->join({begin, begin + static_cast<std::ptrdiff_t>(size)}, draft));
        }
        if (!between_) return NodeId();
        if (through_ == Through::centre_switch) return between_->join(centres, draft);
        NodeId centre;
        for (std::size_t member = 0; member < (through_ == Through::first ? 1 : size); ++member) {
            std::vector<NodeId> met;
            for (std::size_t group = 0; group < count_; ++group) met.push_back(endpoints[group * size + member]);
            centre = between_->join(met, draft);
        }
        return through_ == Through::first ? centre : NodeId();
    }

private:
    std::size_t count_;
    GeneratorPtr inside_, between_;
    Through through_;
};

GeneratorPtr read_nested(const std::optional<YamlValue>& value) {
    if (!value) return nullptr;
    YamlMap map = value->map();
    GeneratorPtr generator = read_generator(map);
    map.finish();
    return generator;
}

Through read_through(const YamlValue& value, const Generator& inside) {
    std::string name = value.one_of({"members", "first", "switch"});
    if (name == "first") return Through::first;
    if (name == "members") return Through::members;
    if (inside.has_centre()) return Through::centre_switch;
    value.problem("the group has no single switch in its middle; legal here: members, first");
    return Through::members;
}

} // namespace

GeneratorPtr read_groups(YamlMap& map) {
    GeneratorPtr inside = read_nested(map.required("inside"));
    std::optional<YamlValue> between_value = map.optional("between");
    GeneratorPtr between = read_nested(between_value);
    std::optional<YamlValue> count_value = map.optional("count");
    std::optional<YamlValue> through_value = map.optional("through");

    std::size_t count = count_value ? read_count(map, "count") : 0;
    if (between && count_value && count != 0 && count != between->endpoints())
        count_value->problem(
            fmt::format("{} groups, but 'between' joins {}; leave 'count' out", count, between->endpoints()));
    if (between) count = between->endpoints();
    if (!between_value && !count_value)
        map.value().problem("missing key 'between', or 'count' for groups that are joined by the host or by 'links'");
    if (through_value && !between_value) through_value->problem("has no meaning without 'between'");
    if (!inside || count == 0 || (between_value && !between)) return nullptr;
    if (too_many_endpoints(map, count, inside->endpoints())) return nullptr;
    Through through = inside->has_centre() ? Through::centre_switch : Through::members;
    if (through_value) through = read_through(*through_value, *inside);
    return std::make_unique<GroupsGenerator>(count, std::move(inside), std::move(between), through);
}

} // namespace arsia
