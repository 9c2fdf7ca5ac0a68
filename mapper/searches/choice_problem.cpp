#include "mapper/searches/choice_problem.h"

#include <algorithm>
#include <array>
#include <limits>

namespace arsia {

namespace {

constexpr std::size_t most_entries = 1U << 18; ///< of a table

/// A function of some variables' choices.
struct Table {
    std::vector<std::size_t> scope; ///< the last variable's choice is fastest
    std::vector<double> costs;
};

/// Several minima side by side, which processors find at once.
double least_of(const std::vector<double>& values) {
    std::array<double, 8> least{};
    least.fill(values.front());
    std::size_t i = 0;
    for (; i + least.size() <= values.size(); i += least.size())
        for (std::size_t lane = 0; lane < least.size(); ++lane)
            least[lane] = values[i + lane] < least[lane] ? values[i + lane] : least[lane];
    for (; i < values.size(); ++i) least[0] = std::min(least[0], values[i]);
    return *std::min_element(least.begin(), least.end());
}

/// Eliminates the open variables of a problem.
class Elimination {
public:
    Elimination(const std::vector<std::size_t>& options, std::vector<ChoiceProblem::Choice>& choices)
        : options_(options), choices_(choices), tables_of_(options.size()), scopes_(options.size()) {}

    void add(Table table) {
        for (std::size_t variable : table.scope) tables_of_[variable].push_back(tables_.size());
        tables_.push_back(std::move(table));
        alive_.push_back(true);
    }

    /// False if some variable had to be held at its hint.
    bool run(std::vector<std::size_t> open, const std::vector<ChoiceProblem::Choice>& hints) {
        bool exact = true;
        for (std::size_t variable : open) find_scope(variable);
        while (!open.empty()) {
            auto next = std::min_element(open.begin(), open.end(), [&](std::size_t a, std::size_t b) {
                return entries_[a] != entries_[b] ? entries_[a] < entries_[b] : a < b;
            });
            bool small = entries_[*next] * options_[*next] <= most_entries;
            if (!small) {
                next = std::max_element(open.begin(), open.end(), [&](std::size_t a, std::size_t b) {
                    return scopes_[a].size() != scopes_[b].size() ? scopes_[a].size() < scopes_[b].size() : a < b;
                });
                exact = false;
            }
            std::size_t variable = *next;
            open.erase(next);
            std::vector<std::size_t> touched = scopes_[variable];
            if (small)
                eliminate(variable);
            else
                hold(variable, hints[variable]);
            for (std::size_t other : touched) find_scope(other);
        }
        for (auto record = records_.rbegin(); record != records_.rend(); ++record)
            choices_[record->variable] = record->best[index_of(record->scope)];
        return exact;
    }

private:
    struct Record {
        std::size_t variable = 0;
        std::vector<std::size_t> scope;
        std::vector<ChoiceProblem::Choice> best; ///< by the choices in its scope
    };

    /// Where a table is read while one variable's choices are gone through beside those of a scope.
    struct Cursor {
        const double* costs = nullptr;  ///< at the present choices of the scope, and the variable's first
        std::size_t stride = 0;         ///< between choices of the variable
        std::vector<std::size_t> steps; ///< the same by variable of the scope
    };

    /// Variables that share a table with this one.
    void find_scope(std::size_t variable) {
        entries_.resize(options_.size(), 1);
        std::vector<std::size_t>& scope = scopes_[variable];
        scope.clear();
        for (std::size_t table : tables_of_[variable])
            if (alive_[table])
                for (std::size_t other : tables_[table].scope)
                    if (other != variable) scope.push_back(other);
        std::sort(scope.begin(), scope.end());
        scope.erase(std::unique(scope.begin(), scope.end()), scope.end());
        std::size_t entries = 1;
        for (std::size_t other : scope) entries = std::min(entries * options_[other], most_entries + 1);
        entries_[variable] = entries;
    }

    std::size_t index_of(const std::vector<std::size_t>& scope) const {
        std::size_t index = 0;
        for (std::size_t variable : scope) index = index * options_[variable] + choices_[variable];
        return index;
    }

    std::vector<std::size_t> take_tables(std::size_t variable) {
        std::vector<std::size_t> out;
        for (std::size_t table : tables_of_[variable])
            if (alive_[table]) out.push_back(table);
        for (std::size_t table : out) alive_[table] = false;
        return out;
    }

    void eliminate(std::size_t variable) {
        Record record;
        record.variable = variable;
        record.scope = scopes_[variable];
        std::vector<Cursor> cursors;
        for (std::size_t table : take_tables(variable))
            cursors.push_back(cursor(tables_[table], variable, record.scope));
        Table result;
        result.scope = record.scope;
        std::size_t entries = entries_[variable];
        result.costs.reserve(entries);
        record.best.reserve(entries);
        sums_.resize(options_[variable]);
        for (std::size_t other : record.scope) choices_[other] = 0;
        for (bool more = true; more; more = advance(record.scope, cursors)) {
            add_up(cursors);
            double least = least_of(sums_);
            result.costs.push_back(least);
            auto best = std::find(sums_.begin(), sums_.end(), least);
            record.best.push_back(static_cast<ChoiceProblem::Choice>(best - sums_.begin()));
        }
        records_.push_back(std::move(record));
        if (!result.scope.empty()) add(std::move(result));
    }

    void hold(std::size_t variable, ChoiceProblem::Choice choice) {
        choices_[variable] = choice;
        std::vector<Cursor> nobody;
        for (std::size_t taken : take_tables(variable)) {
            Table result;
            for (std::size_t other : tables_[taken].scope)
                if (other != variable) result.scope.push_back(other);
            if (result.scope.empty()) continue;
            for (std::size_t other : result.scope) choices_[other] = 0;
            choices_[variable] = choice;
            for (bool more = true; more; more = advance(result.scope, nobody))
                result.costs.push_back(tables_[taken].costs[index_of(tables_[taken].scope)]);
            add(std::move(result));
        }
        Record record;
        record.variable = variable;
        record.best = {choice};
        records_.push_back(std::move(record));
    }

    /// The next choices of the variables, the last fastest, and the cursors there; false after the last, all are 0
    /// again then.
    bool advance(const std::vector<std::size_t>& scope, std::vector<Cursor>& cursors) {
        for (std::size_t i = scope.size(); i-- > 0;) {
            bool next = ++choices_[scope[i]] < options_[scope[i]];
            if (!next) choices_[scope[i]] = 0;
            for (Cursor& cursor : cursors)
                cursor.costs =
                    next ? cursor.costs + cursor.steps[i] : cursor.costs - cursor.steps[i] * (options_[scope[i]] - 1);
            if (next) return true;
        }
        return false;
    }

    Cursor cursor(const Table& table, std::size_t variable, const std::vector<std::size_t>& scope) const {
        Cursor out{table.costs.data(), stride_of(table.scope, variable), {}};
        for (std::size_t other : scope) {
            bool there = std::find(table.scope.begin(), table.scope.end(), other) != table.scope.end();
            out.steps.push_back(there ? stride_of(table.scope, other) : 0);
        }
        return out;
    }

    /// Of all tables, by choice of the variable.
    void add_up(const std::vector<Cursor>& cursors) {
        std::fill(sums_.begin(), sums_.end(), 0.0);
        for (const Cursor& cursor : cursors) {
            const double* costs = cursor.costs;
            if (cursor.stride == 1) // apart, as it is the case that the compiler makes several sums at once of
                for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += costs[i];
            else
                for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += costs[i * cursor.stride];
        }
    }

    std::size_t stride_of(const std::vector<std::size_t>& scope, std::size_t variable) const {
        std::size_t stride = 1;
        for (std::size_t i = scope.size(); i-- > 0 && scope[i] != variable;) stride *= options_[scope[i]];
        return stride;
    }

    const std::vector<std::size_t>& options_;
    std::vector<ChoiceProblem::Choice>& choices_;
    std::vector<Table> tables_;
    std::vector<bool> alive_;
    std::vector<std::vector<std::size_t>> tables_of_, scopes_; ///< by variable
    std::vector<std::size_t> entries_;                         ///< by variable: of the table that it would leave
    std::vector<Record> records_;
    std::vector<double> sums_;
};

} // namespace

ChoiceProblem::ChoiceProblem(std::vector<std::size_t> options)
    : options_(std::move(options)), pairs_of_(options_.size()) {
    for (std::size_t count : options_) single_.emplace_back(count, 0.0);
}

void ChoiceProblem::add_pair(std::size_t a, std::size_t b, const std::vector<double>& costs) {
    pairs_of_[a].push_back(pairs_.size());
    pairs_of_[b].push_back(pairs_.size());
    pairs_.push_back({a, b, costs});
}

ChoiceProblem::Solution ChoiceProblem::solve(const std::vector<Choice>& fixed, const std::vector<Choice>& hints,
                                             const std::vector<std::vector<double>>& extra) const {
    Solution out;
    out.choices = fixed;
    Elimination elimination(options_, out.choices);
    std::vector<std::size_t> open_variables;
    std::vector<double> costs;
    for (std::size_t v = 0; v < size(); ++v) {
        if (fixed[v] != open) continue;
        open_variables.push_back(v);
        costs = single_[v];
        if (!extra.empty() && !extra[v].empty())
            for (std::size_t choice = 0; choice < costs.size(); ++choice) costs[choice] += extra[v][choice];
        for (std::size_t p : pairs_of_[v]) {
            const Pair& pair = pairs_[p];
            std::size_t other = pair.a == v ? pair.b : pair.a;
            if (fixed[other] == open) {
                if (pair.a == v) elimination.add({{pair.a, pair.b}, pair.costs});
                continue;
            }
            for (Choice choice = 0; choice < costs.size(); ++choice)
                costs[choice] += pair.a == v ? of(pair, choice, fixed[other]) : of(pair, fixed[other], choice);
        }
        elimination.add({{v}, costs});
    }
    out.exact = elimination.run(open_variables, hints);
    out.cost = cost(out.choices);
    return out;
}

ChoiceProblem::Solution ChoiceProblem::solve() const {
    std::vector<Choice> hints(size(), 0);
    for (std::size_t v = 0; v < size(); ++v)
        hints[v] = static_cast<Choice>(std::min_element(single_[v].begin(), single_[v].end()) - single_[v].begin());
    return solve(std::vector<Choice>(size(), open), hints);
}

double ChoiceProblem::least(std::size_t variable) const {
    return *std::min_element(single_[variable].begin(), single_[variable].end());
}

double ChoiceProblem::cost(const std::vector<Choice>& choices) const {
    double sum = 0;
    for (std::size_t v = 0; v < size(); ++v) sum += single_[v][choices[v]];
    for (const Pair& pair : pairs_) sum += of(pair, choices[pair.a], choices[pair.b]);
    return sum;
}

} // namespace arsia
