#include "mapper/searches/table_maker.h"

#include <algorithm>

#include "mapper/search.h"

namespace arsia {

constexpr std::size_t most_fragments = 512; ///< handed out at once

void TableMaker::begin(std::size_t id, Assignment assignment) {
    double worth = costs_.worth(assignment);
    tables_.push_back({id, std::move(assignment), {}, 0, worth});
}

double TableMaker::promised() const {
    double sum = 0;
    for (const Table& table : tables_) sum += table.worth;
    return sum;
}

std::vector<Mapping> TableMaker::next(double most) {
    for (std::size_t turns = tables_.size(); turns > 0; --turns) {
        Table table = std::move(tables_.front());
        tables_.pop_front();
        if (table.fragments.empty() && reported_ >= table.waits_for && !advance(table)) {
            complete_.push_back(table.id);
            continue;
        }
        std::vector<Mapping> out = hand_out(table, most);
        tables_.push_back(std::move(table));
        if (!out.empty()) return out;
    }
    return {};
}

bool TableMaker::advance(Table& table) {
    FragmentCosts::Missing missing = costs_.missing(table.assignment);
    bool any = missing.any();
    for (FragmentCosts::Fragment& fragment : missing.fragments) table.fragments.push_back(std::move(fragment));
    table.waits_for = handed_out_; // for what another table has asked for
    return any;
}

std::vector<Mapping> TableMaker::hand_out(Table& table, double most) {
    std::vector<Mapping> out;
    double worth = 0;
    while (!table.fragments.empty() && out.size() < most_fragments) {
        FragmentCosts::Fragment& fragment = table.fragments.front();
        double more = worth_of(fragment.mapping, operators_);
        if (worth + more > most) break;
        worth += more;
        under_way_.push_back(fragment.key);
        out.push_back(std::move(fragment.mapping));
        table.fragments.pop_front();
    }
    if (out.empty()) return out;
    handed_out_ += out.size();
    table.waits_for = handed_out_;
    table.worth = std::max(0.0, table.worth - worth);
    return out;
}

void TableMaker::report(const Evaluation& evaluation) {
    costs_.report(under_way_.front(), evaluation);
    under_way_.pop_front();
    ++reported_;
}

std::optional<std::size_t> TableMaker::take_complete() {
    if (complete_.empty()) return std::nullopt;
    std::size_t id = complete_.front();
    complete_.pop_front();
    return id;
}

} // namespace arsia
