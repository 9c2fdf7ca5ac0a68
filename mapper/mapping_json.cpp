// The JSON form of mappings, `arsia-mapping/1` (docs/formats/mapping.md).
#include <algorithm>

#include "base/suggest.h"
#include "base/yaml.h"
#include "mapper/json_scan.h"
#include "mapper/mapping.h"

namespace arsia {

namespace {

using Json = nlohmann::json;

constexpr const char* format_name = "arsia-mapping/1";

const std::vector<std::string>& dim_names() {
    static const std::vector<std::string> names = {"N", "K", "C", "P", "Q", "R", "S"};
    return names;
}

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string placement_text(const Placement& placement, const Scenario& scenario) {
    std::string out = "{\"name\": " + quoted(scenario.graph.operators[placement.op].name) + ", \"es\": {";
    bool first = true;
    for (Dim dim : all_dims) {
        if (at(placement.strategy.es, dim) == 1) continue;
        out += (first ? "\"" : ", \"") + std::string(1, dim_letter(dim)) +
               "\": " + std::to_string(at(placement.strategy.es, dim));
        first = false;
    }
    out += "}";
    if (placement.strategy.ss) out += std::string(", \"ss\": \"") + dim_letter(*placement.strategy.ss) + "\"";
    if (!placement.strategy.shares.empty()) {
        out += ", \"shares\": [";
        for (std::size_t i = 0; i < placement.strategy.shares.size(); ++i)
            out += (i ? ", " : "") + std::to_string(placement.strategy.shares[i]);
        out += "]";
    }
    if (placement.resident) out += std::string(", \"resident\": ") + (*placement.resident ? "true" : "false");
    return out + "}";
}

std::string set_text(const AcceleratorSet& set, const Scenario& scenario) {
    std::string out = "  {\"accelerators\": [";
    for (std::size_t i = 0; i < set.accelerators.size(); ++i)
        out += (i ? ", " : "") + quoted(scenario.platform.nodes[set.accelerators[i]].name);
    if (set.is_mixed()) {
        out += "],\n   \"designs\": [";
        for (std::size_t i = 0; i < set.designs.size(); ++i) out += (i ? ", " : "") + quoted(set.designs[i]);
        out += "]";
    } else {
        out += "], \"design\": " + quoted(set.design);
    }
    if (set.reconfigure) out += ", \"reconfigure\": true";
    out += ",\n   \"operators\": [";
    for (std::size_t i = 0; i < set.operators.size(); ++i)
        out += (i ? ",\n     " : "\n     ") + placement_text(set.operators[i], scenario);
    return out + "]}";
}

/// Reads one document; goes on after a problem, so that all are found.
class MappingReader {
public:
    MappingReader(std::string shown, const Scenario& scenario, std::vector<std::string>& warnings)
        : shown_(std::move(shown)), scenario_(scenario), warnings_(warnings) {}

    Mapping read(const std::string& text) {
        Json root = parse(text);
        if (!root.is_object()) {
            problem("", std::string("a mapping is an object {…}, this is ") + kind_of(root));
            throw InputError(problems_);
        }
        Mapping mapping;
        check_keys(root, "", {"format", "workload", "topology", "sets", "collectives"});
        read_format(root);
        read_subject(root, "workload", scenario_.graph.name, scenario_.graph.digest());
        read_subject(root, "topology", scenario_.platform.name, scenario_.platform.digest());
        if (const Json* sets = required(root, "", "sets", Json::value_t::array))
            for (std::size_t s = 0; s < sets->size(); ++s)
                mapping.sets.push_back(read_set((*sets)[s], "sets[" + std::to_string(s) + "]"));
        if (const Json* choice = optional(root, "", "collectives", Json::value_t::string)) {
            std::size_t index =
                index_in(collective_choice_names(), choice->get<std::string>(), "collectives", "algorithm");
            mapping.collectives = static_cast<CollectiveChoice>(index);
        }
        if (!problems_.empty()) throw InputError(problems_);
        return mapping;
    }

private:
    /// Parses, refusing keys that are given twice, which JSON leaves open.
    Json parse(const std::string& text) {
        JsonScan scan;
        Json::sax_parse(text, &scan);
        if (scan.too_deep())
            throw InputError({{shown_, 0, "",
                               "not a mapping: lists and objects lie more than " + std::to_string(JsonScan::deepest) +
                                   " deep in each other"}});
        for (const std::string& key : scan.repeated_keys())
            problem("", "key '" + key + "' is given twice in one object");
        try {
            return Json::parse(text);
        } catch (const Json::parse_error& error) {
            fail_at(text, error.byte, error.what());
        } catch (const Json::out_of_range& error) { // a number like 1e999; the library does not say where
            const std::string what = error.what();
            const std::size_t detail = what.find("number overflow");
            problem("", "not JSON that can be read: " + what.substr(detail == std::string::npos ? 0 : detail));
            throw InputError(problems_);
        }
    }

    [[noreturn]] void fail_at(const std::string& text, std::size_t byte, const std::string& what) {
        int line = 1, column = 1;
        for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
            ++column;
            if (text[i] != '\n') continue;
            ++line;
            column = 1;
        }
        const std::string wanted = std::string("a mapping file (") + format_name + ")";
        // A file of arsia's own has a line of text before the HDF5 signature.
        for (const char* hdf5 : {"arsia: HDF5", "\x89HDF\r\n"})
            if (text.rfind(hdf5, 0) == 0)
                throw InputError({{shown_, 0, "", "is an HDF5 file, and " + wanted + " is JSON"}});
        std::size_t detail = what.find("syntax error");
        throw InputError(
            {{shown_, line, "",
              "not JSON at column " + std::to_string(column) + ": " +
                  (detail == std::string::npos ? what : what.substr(detail)) + "; " + wanted + " is expected"}});
    }

    void problem(const std::string& path, const std::string& message) {
        problems_.push_back({shown_, 0, path, message});
    }

    /// The value as JSON; the beginning, if it is long.
    static std::string shown(const Json& value) {
        constexpr std::size_t most = 80;
        std::string text = value.dump();
        if (text.size() <= most) return text;
        std::size_t end = most;
        while ((text[end] & 0xc0) == 0x80) --end; // between two characters of UTF-8
        return text.substr(0, end) + "…";
    }

    static const char* kind_of(const Json& value) {
        switch (value.type()) {
        case Json::value_t::object: return "an object";
        case Json::value_t::array: return "a list";
        case Json::value_t::string: return "a text";
        case Json::value_t::boolean: return "true or false";
        case Json::value_t::null: return "null";
        default: return "a number";
        }
    }

    static std::string join(const std::string& path, const std::string& key) {
        return path.empty() ? key : path + "." + key;
    }

    void check_keys(const Json& object, const std::string& path, const std::vector<std::string>& known) {
        for (const auto& entry : object.items()) {
            bool is_known = false;
            for (const std::string& key : known) is_known = is_known || key == entry.key();
            if (!is_known)
                problem(join(path, entry.key()),
                        "unknown key" + did_you_mean(entry.key(), known) + "; known: " + name_list(known));
        }
    }

    const Json* optional(const Json& object, const std::string& path, const std::string& key, Json::value_t type) {
        auto found = object.find(key);
        if (found == object.end()) return nullptr;
        if (found->type() == type) return &*found;
        problem(join(path, key), std::string("must be ") + kind_of(Json(type)) + ", is " + shown(*found));
        return nullptr;
    }

    const Json* required(const Json& object, const std::string& path, const std::string& key, Json::value_t type) {
        if (!object.contains(key)) problem(join(path, key), "is missing");
        return optional(object, path, key, type);
    }

    /// Place of the name in the list; a problem and 0 if it is not there.
    std::size_t index_in(const std::vector<std::string>& names, const std::string& name, const std::string& path,
                         const std::string& what) {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) return i;
        problem(path,
                "unknown " + what + " '" + name + "'" + did_you_mean(name, names) + "; known: " + name_list(names));
        return 0;
    }

    void read_format(const Json& root) {
        const Json* format = required(root, "", "format", Json::value_t::string);
        if (format && *format != format_name)
            problem("format", "is '" + format->get<std::string>() + "', must be '" + format_name + "'");
    }

    /// What the mapping was made for. Another name or content is worth a warning; it may fit all the same.
    void read_subject(const Json& root, const std::string& key, const std::string& name, const std::string& digest) {
        const Json* subject = required(root, "", key, Json::value_t::object);
        if (!subject) return;
        check_keys(*subject, key, {"name", "digest"});
        const Json* given = required(*subject, key, "name", Json::value_t::string);
        const Json* given_digest = optional(*subject, key, "digest", Json::value_t::string);
        if (!given) return;
        auto given_name = given->get<std::string>();
        if (given_name != name) {
            warnings_.push_back(shown_ + ": made for " + key + " '" + given_name + "', used with '" + name + "'");
            if (key == "workload") made_for_ = given_name;
        } else if (given_digest && *given_digest != digest) {
            warnings_.push_back(shown_ + ": " + key + " '" + name +
                                "' has changed since the mapping was made (digest " + given_digest->get<std::string>() +
                                ", now " + digest + ")");
        }
    }

    AcceleratorSet read_set(const Json& value, const std::string& path) {
        AcceleratorSet set;
        if (!value.is_object()) {
            problem(path, std::string("must be an object, is ") + kind_of(value));
            return set;
        }
        check_keys(value, path, {"accelerators", "design", "designs", "reconfigure", "operators"});
        if (const Json* names = required(value, path, "accelerators", Json::value_t::array))
            for (std::size_t i = 0; i < names->size(); ++i)
                read_accelerator((*names)[i], path + ".accelerators[" + std::to_string(i) + "]", set);
        read_designs(value, path, set);
        if (const Json* reconfigure = optional(value, path, "reconfigure", Json::value_t::boolean))
            set.reconfigure = reconfigure->get<bool>();
        if (const Json* operators = required(value, path, "operators", Json::value_t::array))
            for (std::size_t i = 0; i < operators->size(); ++i)
                read_placement((*operators)[i], path + ".operators[" + std::to_string(i) + "]", set);
        return set;
    }

    /// `design` of all, or `designs` of each. A list that names one design only is that design.
    void read_designs(const Json& value, const std::string& path, AcceleratorSet& set) {
        std::vector<std::string> known;
        for (const auto& entry : scenario_.designs) known.push_back(entry.first);
        auto read_name = [&](const Json& given, const std::string& at) {
            auto name = given.get<std::string>();
            index_in(known, name, at, "design");
            return name;
        };
        if (!value.contains("designs")) {
            if (const Json* design = required(value, path, "design", Json::value_t::string))
                set.design = read_name(*design, path + ".design");
            return;
        }
        if (value.contains("design"))
            problem(path, "has both 'design' (of all its accelerators) and 'designs' (of each)");
        const Json* list = optional(value, path, "designs", Json::value_t::array);
        if (!list) return;
        for (std::size_t i = 0; i < list->size(); ++i) {
            std::string at = path + ".designs[" + std::to_string(i) + "]";
            if ((*list)[i].is_string())
                set.designs.push_back(read_name((*list)[i], at));
            else
                problem(at, "must be the name of a design, is " + shown((*list)[i]));
        }
        std::size_t accelerators = value.contains("accelerators") ? value["accelerators"].size() : 0;
        if (list->size() != accelerators) {
            problem(path + ".designs", "one for each accelerator of the set, which has " +
                                           std::to_string(accelerators) + "; these are " +
                                           std::to_string(list->size()));
            return;
        }
        bool one = std::all_of(set.designs.begin(), set.designs.end(),
                               [&](const std::string& name) { return name == set.designs.front(); });
        if (!one || set.designs.empty()) return;
        set.design = set.designs.front();
        set.designs.clear();
    }

    void read_accelerator(const Json& value, const std::string& path, AcceleratorSet& set) {
        if (!value.is_string()) {
            problem(path, "must be the name of an accelerator, is " + shown(value));
            return;
        }
        NodeId node = scenario_.platform.find_node(value.get<std::string>());
        if (node.valid() && scenario_.platform.nodes[node].kind == NodeKind::accelerator) {
            set.accelerators.push_back(node);
            return;
        }
        std::vector<std::string> known;
        for (NodeId accelerator : scenario_.accelerators) known.push_back(scenario_.platform.nodes[accelerator].name);
        index_in(known, value.get<std::string>(), path, "accelerator");
    }

    void read_placement(const Json& value, const std::string& path, AcceleratorSet& set) {
        if (!value.is_object()) {
            problem(path, std::string("must be an object, is ") + kind_of(value));
            return;
        }
        Placement placement;
        check_keys(value, path, {"name", "es", "ss", "shares", "resident"});
        if (const Json* name = required(value, path, "name", Json::value_t::string))
            placement.op = read_operator(name->get<std::string>(), path + ".name");
        if (const Json* factors = optional(value, path, "es", Json::value_t::object))
            for (const auto& entry : factors->items())
                read_factor(entry.key(), entry.value(), path + ".es", placement.strategy.es);
        if (const Json* dim = optional(value, path, "ss", Json::value_t::string))
            placement.strategy.ss = all_dims[index_in(dim_names(), dim->get<std::string>(), path + ".ss", "dimension")];
        if (const Json* shares = optional(value, path, "shares", Json::value_t::array))
            for (std::size_t i = 0; i < shares->size(); ++i)
                placement.strategy.shares.push_back(
                    read_share((*shares)[i], path + ".shares[" + std::to_string(i) + "]"));
        if (const Json* resident = optional(value, path, "resident", Json::value_t::boolean)) {
            placement.resident = resident->get<bool>();
            if (placement.op.valid() && !scenario_.graph.operators[placement.op].has_weights)
                problem(path + ".resident", "says whether weights stay in local memory; '" +
                                                scenario_.graph.operators[placement.op].name + "' has none");
        }
        set.operators.push_back(placement);
    }

    std::int64_t read_share(const Json& value, const std::string& path) {
        bool legal =
            value.is_number_unsigned() && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(largest_share);
        if (legal) return value.get<std::int64_t>();
        problem(path,
                "a share is a whole number from 0 to " + std::to_string(largest_share) + ", this is " + shown(value));
        return 1;
    }

    OperatorId read_operator(const std::string& name, const std::string& path) {
        OperatorId op = scenario_.graph.find_operator(name);
        if (op.valid()) return op;
        std::string made_for = made_for_.empty() ? "" : " (the mapping was made for '" + made_for_ + "')";
        if (operator_names_.empty())
            for (const Operator& known : scenario_.graph.operators) operator_names_.push_back(known.name);
        problem(path, "unknown operator '" + name + "' of workload '" + scenario_.graph.name + "'" + made_for +
                          did_you_mean(name, operator_names_));
        return op;
    }

    void read_factor(const std::string& key, const Json& value, const std::string& path, Factors& es) {
        std::size_t known = problems_.size();
        std::size_t dim = index_in(dim_names(), key, path, "dimension");
        if (problems_.size() > known) return;
        bool whole = value.is_number_unsigned() && value.get<std::uint64_t>() >= 1 &&
                     value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT32_MAX);
        if (whole)
            es[dim] = value.get<std::int64_t>();
        else
            problem(path + "." + key,
                    "a factor is a whole number from 1 to " + std::to_string(INT32_MAX) + ", this is " + shown(value));
    }

    std::string shown_;
    const Scenario& scenario_;
    std::vector<std::string>& warnings_;
    std::vector<Problem> problems_;
    std::string made_for_; ///< the workload it was made for, if that is another
    std::vector<std::string> operator_names_;
};

} // namespace

std::string mapping_to_json(const Mapping& mapping, const Scenario& scenario) {
    auto subject = [](const std::string& name, const std::string& digest) {
        return "{\"name\": " + quoted(name) + ", \"digest\": " + quoted(digest) + "}";
    };
    std::string out = std::string("{\"format\": \"") + format_name + "\",\n";
    out += " \"workload\": " + subject(scenario.graph.name, scenario.graph.digest()) + ",\n";
    out += " \"topology\": " + subject(scenario.platform.name, scenario.platform.digest()) + ",\n";
    out += " \"sets\": [";
    for (std::size_t s = 0; s < mapping.sets.size(); ++s)
        out += (s ? ",\n" : "\n") + set_text(mapping.sets[s], scenario);
    out += "],\n \"collectives\": " + quoted(collective_choice_names()[static_cast<std::size_t>(mapping.collectives)]) +
           "}\n";
    return out;
}

Mapping read_mapping_text(const std::string& text, const std::string& shown, const Scenario& scenario,
                          std::vector<std::string>& warnings) {
    return MappingReader(shown, scenario, warnings).read(text);
}

Mapping read_mapping(const std::string& file, const Scenario& scenario, std::vector<std::string>& warnings) {
    return read_mapping_text(read_text_file(file), file, scenario, warnings);
}

} // namespace arsia
