// What must be known of JSON text before a document is built of it: keys that stand twice, and how deep it goes.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace arsia {

/// Looks for keys that stand twice in one object, and ends where lists and objects lie too deep in each other: what
/// works on a document calls itself for each level. A pass of its own: a callback of the parser that builds the
/// document would make it look through a list again at the end of each of its objects.
class JsonScan final : public nlohmann::json_sax<nlohmann::json> {
public:
    static constexpr int deepest = 64;

    const std::vector<std::string>& repeated_keys() const { return repeated_keys_; }
    bool too_deep() const { return depth_ > deepest; }

    bool start_object(std::size_t) override {
        keys_.emplace_back();
        return ++depth_ <= deepest;
    }
    bool end_object() override {
        keys_.pop_back();
        --depth_;
        return true;
    }
    bool key(string_t& name) override {
        if (!keys_.back().insert(name).second) repeated_keys_.push_back(name);
        return true;
    }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_array(std::size_t) override { return ++depth_ <= deepest; }
    bool end_array() override {
        --depth_;
        return true;
    }
    /// The parser that builds the document reports it.
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    std::vector<std::set<std::string>> keys_; ///< of the open objects
    std::vector<std::string> repeated_keys_;
    int depth_ = 0;
};

} // namespace arsia
