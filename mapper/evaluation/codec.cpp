#include "mapper/evaluation/codec.h"

#include <cstdint>

#include "mapper/evaluation/bytes.h"

namespace arsia {

namespace {

void write(ByteWriter& out, const Placement& placement) {
    out.number(placement.op.value());
    // An unsplit dimension is the common case: a bit each says which factors follow.
    std::uint64_t split = 0;
    for (std::size_t i = 0; i < dim_count; ++i)
        if (placement.strategy.es[i] != 1) split |= std::uint64_t{1} << i;
    out.number(split);
    for (std::size_t i = 0; i < dim_count; ++i)
        if (placement.strategy.es[i] != 1) out.number(static_cast<std::uint64_t>(placement.strategy.es[i]));
    std::uint64_t shared = placement.strategy.ss ? 1 + static_cast<std::uint64_t>(*placement.strategy.ss) : 0;
    std::uint64_t resident = placement.resident ? 1 + static_cast<std::uint64_t>(*placement.resident) : 0;
    out.number(shared * 3 + resident).number(placement.strategy.shares.size());
    for (std::int64_t share : placement.strategy.shares) out.number(static_cast<std::uint64_t>(share));
}

Placement read_placement(ByteReader& in) {
    Placement out;
    out.op = OperatorId(in.number());
    std::uint64_t split = in.number();
    for (std::size_t i = 0; i < dim_count; ++i)
        if ((split >> i & 1) != 0) out.strategy.es[i] = static_cast<std::int64_t>(in.number());
    std::uint64_t flags = in.number();
    if (flags / 3 > 0) out.strategy.ss = static_cast<Dim>(flags / 3 - 1);
    if (flags % 3 > 0) out.resident = flags % 3 == 2;
    out.strategy.shares.resize(in.number());
    for (std::int64_t& share : out.strategy.shares) share = static_cast<std::int64_t>(in.number());
    return out;
}

} // namespace

std::string mapping_key(const Mapping& mapping) {
    ByteWriter out;
    out.number(2 * static_cast<std::uint64_t>(mapping.collectives) + (mapping.fragment ? 1 : 0))
        .number(mapping.sets.size());
    for (const AcceleratorSet& set : mapping.sets) {
        out.number(set.accelerators.size());
        for (NodeId node : set.accelerators) out.number(node.value());
        out.text(set.design).number(set.designs.size());
        for (const std::string& design : set.designs) out.text(design);
        out.number(set.reconfigure ? 1 : 0).number(set.operators.size());
        for (const Placement& placement : set.operators) write(out, placement);
    }
    return out.take();
}

Mapping mapping_of_key(std::string_view key) {
    ByteReader in(key);
    Mapping out;
    std::uint64_t kind = in.number();
    out.fragment = kind % 2 == 1;
    out.collectives = static_cast<CollectiveChoice>(kind / 2);
    out.sets.resize(in.number());
    for (AcceleratorSet& set : out.sets) {
        set.accelerators.resize(in.number());
        for (NodeId& node : set.accelerators) node = NodeId(in.number());
        set.design = in.text();
        set.designs.resize(in.number());
        for (std::string& design : set.designs) design = in.text();
        set.reconfigure = in.number() != 0;
        set.operators.resize(in.number());
        for (Placement& placement : set.operators) placement = read_placement(in);
    }
    return out;
}

std::string encode(const Evaluation& evaluation) {
    ByteWriter out;
    out.number(evaluation.legal ? 1 : 0).number(static_cast<std::uint64_t>(evaluation.latency));
    out.number(evaluation.problems.size());
    for (const std::string& problem : evaluation.problems) out.text(problem);
    out.number(evaluation.figures ? 1 : 0);
    if (evaluation.figures)
        out.number(static_cast<std::uint64_t>(evaluation.figures->energy_pj))
            .number(static_cast<std::uint64_t>(evaluation.figures->peak_memory));
    return out.take();
}

Evaluation decode_evaluation(std::string_view bytes) {
    ByteReader in(bytes);
    Evaluation out;
    out.legal = in.number() != 0;
    out.latency = static_cast<TimePs>(in.number());
    out.problems.resize(in.number());
    for (std::string& problem : out.problems) problem = in.text();
    if (in.number() == 0) return out;
    Figures& figures = out.figures.emplace();
    figures.energy_pj = static_cast<std::int64_t>(in.number());
    figures.peak_memory = static_cast<Bytes>(in.number());
    return out;
}

} // namespace arsia
