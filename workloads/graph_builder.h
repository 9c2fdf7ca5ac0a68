// Builds a graph operator by operator: infers shapes, checks them, and puts operators in topological order.
// Used by every source of workloads (YAML files, importers, tests).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/yaml.h"
#include "workloads/graph.h"
#include "workloads/operator_types.h"

namespace arsia {

/// What a source says of one operator, before shapes are known. Unused fields keep their defaults.
struct OperatorSpec {
    std::string name;
    std::string type;                ///< one of operator_types()
    std::vector<std::string> inputs; ///< names of operators, aliases or graph inputs
    std::int64_t out_features = 0;   ///< output channels of conv; features of linear, lstm, embedding
    std::int64_t kernel_h = 1, kernel_w = 1;
    Window window;           ///< also the padding of `pad`
    std::int64_t groups = 1; ///< of conv and normalisations; heads of matmul and rotary
    bool bias = true;
    bool affine = true;                    ///< normalisations that can: a learned scale (and shift) for each channel
    bool ceil_mode = false;                ///< pools: a last window that is only partly inside the padded input counts
    bool flatten = true;                   ///< linear: over all of a sample, else over the channels at each position
    bool transpose = false;                ///< matmul: A·Bᵀ
    bool sequence = true;                  ///< lstm, gru, rnn: the result of every step, else of the last
    std::int64_t entries = 0;              ///< embedding: rows of the table
    std::int64_t neighbours = 1;           ///< lrn: channels that are summed up
    std::size_t axis = 1;                  ///< concat, slice: 1 channels, 2 rows, 3 columns
    std::int64_t begin = 0, size = 1;      ///< slice
    std::vector<std::int64_t> shape;       ///< reshape: channels, rows, columns
    std::vector<std::size_t> order;        ///< transpose: the input's axes that become channels, rows, columns
    std::int64_t scale_h = 1, scale_w = 1; ///< resize
    std::string activation;                ///< fused into the operator; one of fused_activation_types(), or empty
    bool sound = true; ///< false: the source has reported a problem; the name is known, its shape is not
    int line = 0;      ///< place in the source, for messages
    std::string path;
};

/// Sizes, strides and the like are at most 2^31 − 1, so that products of two fit.
constexpr std::int64_t largest_size = 2147483647;

/// Collects specs and turns them into a graph. All problems (dangling inputs, cycles, shapes that do not fit,
/// duplicate names) go into `problems`; finish() throws InputError if there is any.
class GraphBuilder {
public:
    GraphBuilder(std::string graph_name, std::int64_t element_bits, Problems& problems);

    /// Finished graphs side by side, named as merged_graph() says; their elements must have one width.
    static Graph merged(const std::vector<const Graph*>& graphs, const std::vector<std::string>& names);

    /// Inputs and caches that are added after it have so many samples for each that is said; what is learned stays.
    void set_batch(std::int64_t batch) { batch_ = batch; }

    void add_input(const std::string& name, const std::vector<std::int64_t>& shape, int line = 0,
                   const std::string& path = "");
    /// A tensor that lies in the accelerators' memories from the start.
    void add_resident_input(const std::string& name, const std::vector<std::int64_t>& shape, Residence residence,
                            int line = 0, const std::string& path = "");
    void add_operator(OperatorSpec spec);
    /// Another name for a tensor (an operator's, an input's or another alias), e.g. of a block's result.
    void add_alias(const std::string& name, const std::string& target, int line = 0, const std::string& path = "");
    /// Names of tensors that go back to the host; none named: every operator's result that nobody consumes.
    void set_outputs(std::vector<std::string> names, int line = 0, const std::string& path = "");

    /// Call once.
    Graph finish();

private:
    /// What a name stands for, as the source says it.
    struct Definition {
        enum class Kind : std::uint8_t { input, op, alias } kind;
        std::size_t index; ///< into inputs_, specs_ or aliases_
    };
    struct Input {
        std::string name;
        TensorShape shape;
        Residence residence;
        int line;
        std::string path;
    };
    struct Alias {
        std::string name;
        std::string target;
        int line;
        std::string path;
    };
    struct Place {
        int line = 0;
        std::string path;
    };
    using Resolved = std::optional<Definition>;

    /// Gives the name its meaning; a problem if it has one already.
    bool define(const std::string& name, Definition definition, int line, const std::string& path);
    Place place_of(const Definition& definition) const;
    /// The input or operator a name stands for, through aliases; nothing if there is none.
    Resolved resolve(const std::string& name);
    void report_unknown(const std::string& name, const std::string& wanted_by, int line, const std::string& path);
    /// Aliases of nothing and of themselves.
    void report_bad_aliases();
    void resolve_inputs();
    /// Specs in an order in which producers come first, file order where it is free; those on or behind a cycle are
    /// left out, and each cycle is a problem.
    std::vector<std::size_t> ordered_specs();
    void report_cycles(const std::vector<std::size_t>& waits_for);
    void build(const std::vector<std::size_t>& order);
    void mark_outputs();
    void check_sizes(const Operator& op, const Tensor& output, const OperatorSpec& spec);

    Graph graph_;
    std::int64_t batch_ = 1;
    Problems& problems_;
    std::vector<Input> inputs_;
    std::vector<OperatorSpec> specs_;
    std::vector<Alias> aliases_;
    std::vector<std::string> outputs_;
    int outputs_line_ = 0;
    std::string outputs_path_;
    std::unordered_map<std::string, Definition> by_name_;
    std::vector<std::string> known_names_; ///< in order of definition, for suggestions
    std::size_t suggestions_ = 0;
    std::vector<std::vector<Resolved>> spec_inputs_; ///< per spec, its inputs; nothing where dangling
    std::vector<TensorId> input_tensors_;
    std::vector<TensorId> spec_tensors_; ///< not valid where the spec has a problem
};

} // namespace arsia
