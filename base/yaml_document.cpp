#include "base/yaml_document.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include "base/names.h"

namespace arsia {

namespace {

/// Of maps and lists in each other; an alias may stand inside its own anchor.
constexpr std::size_t deepest = 64;

std::string too_deep() { return fmt::format("nested more than {} deep", deepest); }

/// Looks through a whole document for keys that appear twice in one map. Paths are only put together for messages.
class DuplicateKeys {
public:
    explicit DuplicateKeys(Problems& problems) : problems_(problems) {}

    void visit(const YAML::Node& node) {
        if (++visited_ > most_values || way_.size() > deepest) {
            problems_.add(node.Mark().line + 1, "",
                          way_.size() > deepest ? too_deep()
                                                : fmt::format("aliases unfold to more than {} values", most_values));
            problems_.throw_if_any();
        }
        if (node.IsSequence()) {
            for (std::size_t i = 0; i < node.size(); ++i) {
                way_.push_back({nullptr, i});
                visit(node[i]);
                way_.pop_back();
            }
        } else if (node.IsMap()) {
            std::set<std::string_view> seen;
            for (const auto& entry : node) {
                if (entry.first.IsScalar()) {
                    way_.push_back({&entry.first.Scalar(), 0});
                    if (!seen.insert(entry.first.Scalar()).second)
                        problems_.add(entry.first.Mark().line + 1, path(),
                                      "key '" + entry.first.Scalar() + "' appears twice");
                } else {
                    way_.push_back({&not_a_text_, 0});
                    problems_.add(entry.first.Mark().line + 1, path(), "a key must be a text");
                }
                visit(entry.second);
                way_.pop_back();
            }
        }
    }

private:
    // Aliases of aliases grow exponentially.
    static constexpr std::size_t most_values = 200'000'000;

    struct Step {
        const std::string* key; ///< null: an item of a list
        std::size_t index;
    };
    std::string path() const {
        std::string out;
        for (const Step& step : way_)
            out = step.key ? child_path(out, *step.key) : out + "[" + std::to_string(step.index) + "]";
        return out;
    }

    Problems& problems_;
    const std::string not_a_text_ = "?";
    std::vector<Step> way_;
    std::size_t visited_ = 0;
};

/// Where the documents of a file begin.
class DocumentStarts final : public YAML::EventHandler {
public:
    std::vector<int> lines; ///< 1-based

    void OnDocumentStart(const YAML::Mark& mark) override { lines.push_back(mark.line + 1); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

void require_utf8(const std::string& text, Problems& problems) {
    std::optional<std::size_t> bad = first_byte_not_utf8(text);
    if (!bad) return;
    auto at = text.begin() + static_cast<std::ptrdiff_t>(*bad);
    auto line_begin = std::find(std::make_reverse_iterator(at), text.rend(), '\n').base();
    auto is_letter = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; };
    problems.add(static_cast<int>(std::count(text.begin(), at, '\n')) + 1, "",
                 fmt::format("the byte {} at column {} is not UTF-8; names and all other text must be", shown_byte(*at),
                             std::count_if(line_begin, at, is_letter) + 1));
    problems.throw_if_any();
}

/// The YAML library reads the first document and says nothing of others. The first one must be sound.
void require_one_document(const std::string& text, Problems& problems) {
    bool may_have_more = false;
    for (const char* mark : {"---", "..."})
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
            may_have_more = may_have_more || (at > 0 && (text[at - 1] == '\n' || text[at - 1] == '\r'));
    if (!may_have_more) return;
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    DocumentStarts starts;
    try {
        while (starts.lines.size() < 2 && parser.HandleNextDocument(starts)) {
        }
    } catch (const YAML::Exception&) { // the second one is malformed; that it is there is what matters
    }
    if (starts.lines.size() < 2) return;
    problems.add(starts.lines[1], "", "a second document begins here; a file holds one");
    problems.throw_if_any();
}

} // namespace

std::string child_path(const std::string& parent, const std::string& key) {
    return parent.empty() ? key : parent + "." + key;
}

YAML::Node parse_yaml(const std::string& text, Problems& problems) {
    require_utf8(text, problems);
    auto malformed = [&](const YAML::Mark& mark, const std::string& message) {
        problems.add(mark.line + 1, "", message);
        problems.throw_if_any();
    };
    YAML::Node root;
    try {
        root = YAML::Load(text);
        require_one_document(text, problems);
        DuplicateKeys(problems).visit(root);
    } catch (const YAML::DeepRecursion& error) {
        malformed(error.mark, too_deep());
    } catch (const YAML::Exception& error) {
        malformed(error.mark, "malformed YAML: " + error.msg);
    }
    problems.throw_if_any();
    return root;
}

} // namespace arsia
