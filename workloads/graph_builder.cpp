#include "workloads/graph_builder.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>

#include <fmt/format.h>

#include "base/names.h"
#include "base/suggest.h"
#include "workloads/shape_inference.h"

namespace arsia {

GraphBuilder::GraphBuilder(std::string graph_name, std::int64_t element_bits, Problems& problems)
    : problems_(problems) {
    graph_.name = std::move(graph_name);
    graph_.element_bits = element_bits;
}

GraphBuilder::Place GraphBuilder::place_of(const Definition& definition) const {
    auto place = [](const auto& defined) { return Place{defined.line, defined.path}; };
    switch (definition.kind) {
    case Definition::Kind::input: return place(inputs_[definition.index]);
    case Definition::Kind::op: return place(specs_[definition.index]);
    case Definition::Kind::alias: return place(aliases_[definition.index]);
    }
    return {};
}

bool GraphBuilder::define(const std::string& name, Definition definition, int line, const std::string& path) {
    if (std::string reason = name_problem(name); !reason.empty()) {
        problems_.add(line, path, reason);
        return false;
    }
    auto [found, added] = by_name_.emplace(name, definition);
    if (added) {
        known_names_.push_back(name);
        return true;
    }
    Place first = place_of(found->second);
    Place second{line, path};
    if (second.line < first.line) std::swap(first, second);
    bool input = found->second.kind == Definition::Kind::input || definition.kind == Definition::Kind::input;
    problems_.add(second.line, second.path,
                  fmt::format("the name '{}' is taken by {}{}", name, input ? "an input" : "another operator",
                              first.line > 0 ? fmt::format(" (line {})", first.line) : ""));
    return false;
}

void GraphBuilder::add_input(const std::string& name, const std::vector<std::int64_t>& shape, int line,
                             const std::string& path) {
    add_resident_input(name, shape, Residence::host, line, path);
}

void GraphBuilder::add_resident_input(const std::string& name, const std::vector<std::int64_t>& shape,
                                      Residence residence, int line, const std::string& path) {
    if (!define(name, {Definition::Kind::input, inputs_.size()}, line, path)) return;
    TensorShape full{1, 1, 1, 1};
    if (shape.size() < 2 || shape.size() > 4)
        problems_.add(line, path,
                      fmt::format("input '{}' has {} size{}; legal: [N, C, H, W], [N, C, steps] or [N, C]", name,
                                  shape.size(), shape.size() == 1 ? "" : "s"));
    else
        std::copy(shape.begin(), shape.end(), full.begin());
    if (residence != Residence::parameter && __builtin_mul_overflow(full[0], batch_, &full[0]))
        full[0] = largest_size + 1;
    for (std::int64_t& size : full) {
        if (size >= 1 && size <= largest_size) continue;
        problems_.add(
            line, path,
            fmt::format("input '{}': {} is out of range; sizes must be from 1 to {}", name, size, largest_size));
        size = 1;
    }
    inputs_.push_back({name, full, residence, line, path});
}

void GraphBuilder::add_operator(OperatorSpec spec) {
    if (!define(spec.name, {Definition::Kind::op, specs_.size()}, spec.line, spec.path)) return;
    specs_.push_back(std::move(spec));
}

void GraphBuilder::add_alias(const std::string& name, const std::string& target, int line, const std::string& path) {
    if (!define(name, {Definition::Kind::alias, aliases_.size()}, line, path)) return;
    aliases_.push_back({name, target, line, path});
}

void GraphBuilder::set_outputs(std::vector<std::string> names, int line, const std::string& path) {
    outputs_ = std::move(names);
    outputs_line_ = line;
    outputs_path_ = path;
}

GraphBuilder::Resolved GraphBuilder::resolve(const std::string& name) {
    auto found = by_name_.find(name);
    std::vector<std::size_t> followed;
    while (found != by_name_.end() && found->second.kind == Definition::Kind::alias) {
        if (followed.size() > aliases_.size()) return std::nullopt; // report_bad_aliases() names the cycle
        followed.push_back(found->second.index);
        found = by_name_.find(aliases_[found->second.index].target);
    }
    if (found == by_name_.end()) return std::nullopt;
    // Shorten the way for the next one who asks.
    for (std::size_t alias : followed) aliases_[alias].target = found->first;
    return found->second;
}

void GraphBuilder::report_unknown(const std::string& name, const std::string& wanted_by, int line,
                                  const std::string& path) {
    // Each suggestion compares with every name; a few dozen are enough for a reader.
    constexpr std::size_t most_suggestions = 32;
    std::string suggestion = suggestions_++ < most_suggestions ? did_you_mean(name, known_names_) : "";
    problems_.add(line, path,
                  fmt::format("{} '{}', which does not exist{}; known: {}", wanted_by, name, suggestion,
                              name_list(known_names_, 8)));
}

void GraphBuilder::report_bad_aliases() {
    std::vector<std::size_t> walk_of(aliases_.size(), 0); // number of the walk that came by, 0: none
    for (std::size_t start = 0; start < aliases_.size(); ++start) {
        std::size_t at = start;
        while (walk_of[at] == 0) {
            walk_of[at] = start + 1;
            const Alias& alias = aliases_[at];
            auto found = by_name_.find(alias.target);
            if (found == by_name_.end()) {
                report_unknown(alias.target, fmt::format("'{}' stands for", alias.name), alias.line, alias.path);
                break;
            }
            if (found->second.kind != Definition::Kind::alias) break;
            at = found->second.index;
            if (walk_of[at] == start + 1)
                problems_.add(aliases_[at].line, aliases_[at].path,
                              fmt::format("'{}' stands for itself", aliases_[at].name));
        }
    }
}

void GraphBuilder::resolve_inputs() {
    spec_inputs_.resize(specs_.size());
    for (std::size_t i = 0; i < specs_.size(); ++i)
        for (const std::string& name : specs_[i].inputs) {
            Resolved resolved = resolve(name);
            spec_inputs_[i].push_back(resolved);
            if (resolved || by_name_.count(name) != 0) continue; // an alias that leads nowhere is reported as such
            const OperatorSpec& spec = specs_[i];
            std::string path = spec.path.empty() ? "" : spec.path + (spec.inputs.size() == 1 ? ".input" : ".inputs");
            report_unknown(name, fmt::format("{} '{}' reads", spec.type, spec.name), spec.line, path);
        }
}

std::vector<std::size_t> GraphBuilder::ordered_specs() {
    std::vector<std::size_t> waits_for(specs_.size(), 0);
    std::vector<std::vector<std::size_t>> readers(specs_.size());
    for (std::size_t i = 0; i < specs_.size(); ++i)
        for (const Resolved& input : spec_inputs_[i])
            if (input && input->kind == Definition::Kind::op) {
                ++waits_for[i];
                readers[input->index].push_back(i);
            }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < specs_.size(); ++i)
        if (waits_for[i] == 0) ready.push(i);
    std::vector<std::size_t> order;
    order.reserve(specs_.size());
    while (!ready.empty()) {
        std::size_t next = ready.top();
        ready.pop();
        order.push_back(next);
        for (std::size_t reader : readers[next])
            if (--waits_for[reader] == 0) ready.push(reader);
    }
    if (order.size() < specs_.size()) report_cycles(waits_for);
    return order;
}

void GraphBuilder::report_cycles(const std::vector<std::size_t>& waits_for) {
    // Whoever still waits has an input that still waits: going back along such inputs must run into a cycle.
    auto waiting_input = [&](std::size_t spec) {
        for (const Resolved& input : spec_inputs_[spec])
            if (input && input->kind == Definition::Kind::op && waits_for[input->index] > 0) return input->index;
        return spec;
    };
    std::vector<std::size_t> walk_of(specs_.size(), 0); // number of the walk that came by, 0: none
    std::size_t walk = 0;
    for (std::size_t start = 0; start < specs_.size(); ++start) {
        if (waits_for[start] == 0 || walk_of[start] != 0) continue;
        ++walk;
        std::size_t at = start;
        for (; walk_of[at] == 0; at = waiting_input(at)) walk_of[at] = walk;
        if (walk_of[at] != walk) continue; // leads to a cycle that is reported already
        std::vector<std::size_t> cycle;
        std::size_t member = at;
        do {
            cycle.push_back(member);
            member = waiting_input(member);
        } while (member != at);
        std::reverse(cycle.begin(), cycle.end());
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        std::vector<std::string> names;
        for (std::size_t spec : cycle) names.push_back(specs_[spec].name);
        std::string text;
        for (std::size_t i = 0; i < names.size() && i < 16; ++i) text += names[i] + " -> ";
        if (names.size() > 16) text += fmt::format("… {} more … -> ", names.size() - 16);
        const OperatorSpec& first = specs_[cycle.front()];
        problems_.add(first.line, first.path,
                      fmt::format("operators form a cycle, each needs the one before: {}{}", text, names.front()));
    }
}

/// Whether the product of the sizes and the factor is below 2^63.
template <std::size_t Rank>
static bool product_fits(const std::array<std::int64_t, Rank>& sizes, std::int64_t factor) {
    std::int64_t out = factor;
    for (std::int64_t size : sizes)
        if (__builtin_mul_overflow(out, size, &out)) return false;
    return true;
}

void GraphBuilder::check_sizes(const Operator& op, const Tensor& output, const OperatorSpec& spec) {
    // An LSTM and a normalisation do several operations a step.
    std::int64_t most = std::max(op.gates, op.operations_per_element(1));
    if (!product_fits(op.extents, std::max<std::int64_t>(most, 1)))
        problems_.add(spec.line, spec.path, fmt::format("{} '{}' has 2^63 or more steps", op.type, op.name));
    if (!product_fits(output.shape, graph_.element_bits))
        problems_.add(
            spec.line, spec.path,
            fmt::format("{} '{}': its output {} has 2^63 or more bits", op.type, op.name, to_string(output.shape)));
    if (!product_fits(op.weight_shape(), graph_.element_bits))
        problems_.add(spec.line, spec.path,
                      fmt::format("{} '{}': its weights have 2^63 or more bits", op.type, op.name));
}

void GraphBuilder::build(const std::vector<std::size_t>& order) {
    for (const Input& input : inputs_) {
        Tensor tensor;
        tensor.name = input.name;
        tensor.shape = input.shape;
        tensor.residence = input.residence;
        if (!product_fits(tensor.shape, graph_.element_bits))
            problems_.add(input.line, input.path, fmt::format("input '{}' has 2^63 or more bits", input.name));
        input_tensors_.push_back(graph_.tensors.push_back(std::move(tensor)));
    }
    spec_tensors_.assign(specs_.size(), TensorId());
    for (std::size_t index : order) {
        const OperatorSpec& spec = specs_[index];
        if (!spec.sound) continue;
        std::vector<TensorId> ids;
        std::vector<const Tensor*> tensors;
        for (const Resolved& input : spec_inputs_[index]) {
            if (!input) continue;
            ids.push_back(input->kind == Definition::Kind::input ? input_tensors_[input->index]
                                                                 : spec_tensors_[input->index]);
            if (ids.back().valid()) tensors.push_back(&graph_.tensors[ids.back()]);
        }
        // An input without a shape has been reported where it arose.
        if (tensors.size() < spec.inputs.size()) continue;
        std::optional<InferredOperator> inferred = infer_operator(spec, tensors, problems_);
        if (!inferred) continue;
        OperatorId id(graph_.operators.size());
        Operator op = std::move(inferred->op);
        Tensor output;
        output.name = op.name;
        output.shape = inferred->output;
        output.producer = id;
        op.inputs = std::move(ids);
        check_sizes(op, output, spec);
        for (TensorId input : op.inputs) {
            std::vector<OperatorId>& consumers = graph_.tensors[input].consumers;
            if (consumers.empty() || consumers.back() != id) consumers.push_back(id);
        }
        op.output = spec_tensors_[index] = graph_.tensors.push_back(std::move(output));
        graph_.by_name_.emplace(op.name, id);
        graph_.operators.push_back(std::move(op));
    }
}

void GraphBuilder::mark_outputs() {
    if (outputs_.empty())
        for (Tensor& tensor : graph_.tensors) tensor.is_output = !tensor.is_input() && tensor.consumers.empty();
    std::set<std::string> named;
    for (const std::string& name : outputs_) {
        if (!named.insert(name).second)
            problems_.add(outputs_line_, outputs_path_, fmt::format("output '{}' is named twice", name));
        Resolved resolved = resolve(name);
        if (!resolved && by_name_.count(name) == 0) {
            report_unknown(name, "the workload gives back", outputs_line_, outputs_path_);
        } else if (resolved && resolved->kind == Definition::Kind::input) {
            problems_.add(outputs_line_, outputs_path_,
                          fmt::format("output '{}' is an input of the workload; nothing computes it", name));
        } else if (resolved && spec_tensors_[resolved->index].valid()) {
            graph_.tensors[spec_tensors_[resolved->index]].is_output = true;
        }
    }
}

Graph GraphBuilder::finish() {
    if (inputs_.empty() && problems_.empty()) problems_.add(0, "inputs", "the workload has no input");
    if (specs_.empty() && problems_.empty()) problems_.add(0, "operators", "the workload has no operator");
    report_bad_aliases();
    resolve_inputs();
    build(ordered_specs());
    mark_outputs();
    problems_.throw_if_any();
    return std::move(graph_);
}

Graph GraphBuilder::merged(const std::vector<const Graph*>& graphs, const std::vector<std::string>& names) {
    Graph out;
    out.element_bits = graphs.front()->element_bits;
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        out.name += (i ? "+" : "") + names[i];
        std::size_t first_tensor = out.tensors.size(), first_op = out.operators.size();
        auto tensor_here = [&](TensorId id) { return TensorId(first_tensor + id.value()); };
        auto op_here = [&](OperatorId id) { return id.valid() ? OperatorId(first_op + id.value()) : id; };
        for (Tensor tensor : graphs[i]->tensors) {
            tensor.name = names[i] + "/" + tensor.name;
            tensor.producer = op_here(tensor.producer);
            for (OperatorId& consumer : tensor.consumers) consumer = op_here(consumer);
            out.tensors.push_back(std::move(tensor));
        }
        for (Operator op : graphs[i]->operators) {
            op.name = names[i] + "/" + op.name;
            for (TensorId& input : op.inputs) input = tensor_here(input);
            op.output = tensor_here(op.output);
            OperatorId id = out.operators.push_back(op);
            out.by_name_[op.name] = id;
        }
    }
    return out;
}

} // namespace arsia
