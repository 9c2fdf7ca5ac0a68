// Keys that JSON text gives twice.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace arsia {

/// Looks for keys that stand twice in one object. A pass of its own: a callback of the parser that builds the document
/// would make it look through a list again at the end of each of its objects.
class RepeatedKeys final : public nlohmann::json_sax<nlohmann::json> {
public:
    const std::vector<std::string>& found() const { return found_; }

    bool start_object(std::size_t) override {
        keys_.emplace_back();
        return true;
    }
    bool end_object() override {
        keys_.pop_back();
        return true;
    }
    bool key(string_t& name) override {
        if (!keys_.back().insert(name).second) found_.push_back(name);
        return true;
    }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    /// The parser that builds the document reports it.
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    std::vector<std::set<std::string>> keys_; ///< of the open objects
    std::vector<std::string> found_;
};

} // namespace arsia
