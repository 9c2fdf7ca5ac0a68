#include "base/errors.h"

namespace arsia {

std::string Problem::text() const {
    std::string out = file;
    if (line > 0) out += (out.empty() ? "line " : ":") + std::to_string(line);
    if (!path.empty()) out += (out.empty() ? "" : ": ") + path;
    return out + (out.empty() ? "" : ": ") + message;
}

static std::string joined(const std::vector<Problem>& problems) {
    std::string out;
    for (const Problem& problem : problems) out += (out.empty() ? "" : "\n") + problem.text();
    return out;
}

InputError::InputError(std::vector<Problem> problems) : Error(joined(problems), 2), problems_(std::move(problems)) {}

} // namespace arsia
