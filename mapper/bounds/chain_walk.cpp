#include "mapper/bounds/chain_walk.h"

#include <algorithm>
#include <limits>

#include "mapper/bounds/arrival_limits.h"
#include "mapper/bounds/chain_options.h"
#include "mapper/bounds/host_traffic.h"

namespace arsia {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// Where the ranks of a set can be.
struct Places {
    std::vector<Dealing> dealings;
    std::size_t ways = 0;                         ///< dealings times designs
    std::vector<std::vector<std::uint32_t>> near; ///< by dealing, rank: ranks (as bits) in the same neighbourhood
    std::vector<double> delays; ///< by receiving rank, sending rank, way: least time of a transfer; 0 to itself
};

Places places_of(const ArrivalLimits& limits, std::size_t ranks, std::size_t designs) {
    Places out;
    out.dealings = limits.dealings(ranks);
    out.ways = out.dealings.size() * designs;
    for (const Dealing& dealing : out.dealings) {
        out.near.emplace_back(ranks, 0);
        for (std::size_t a = 0; a < ranks; ++a)
            for (std::size_t b = 0; b < ranks; ++b)
                if (dealing[a] == dealing[b]) out.near.back()[a] |= 1U << b;
    }
    for (std::size_t to = 0; to < ranks; ++to)
        for (std::size_t from = 0; from < ranks; ++from)
            for (const Dealing& dealing : out.dealings) {
                const Neighbourhood& here = limits.neighbourhoods()[dealing[to]];
                double delay = dealing[from] == dealing[to] ? here.inner_delay : here.entry_delay;
                out.delays.insert(out.delays.end(), designs, from == to ? 0 : delay);
            }
    return out;
}

} // namespace

class ChainWalk::Impl {
public:
    Impl(const Scenario& scenario, ShardTimes& times, BoundEffort effort)
        : scenario_(scenario), designs_(times.choices()), times_(times),
          limits_(scenario, effort == BoundEffort::thorough) {
        for (std::size_t ranks = 0; ranks <= scenario.accelerators.size(); ++ranks)
            places_.push_back(places_of(limits_, ranks, designs_));
    }

    double end_of(Chain::const_iterator first, Chain::const_iterator last, bool from_start) {
        begin(*first, from_start);
        for (auto at = first + 1; at != last; ++at) step(*at);
        double least = never;
        for (std::size_t o = 0; o < options_.size(); ++o) {
            std::size_t ways = places_[options_[o].ranks].ways;
            for (std::size_t way = 0; way < ways; ++way) {
                double end = 0;
                for (std::size_t rank = 0; rank < options_[o].ranks; ++rank)
                    end = std::max(end, ends_[o][rank * ways + way]);
                least = std::min(least, end);
            }
        }
        return least;
    }
    double first_end() const {
        double least = never;
        for (const std::vector<double>& ends : ends_)
            for (double end : ends) least = std::min(least, end);
        return least;
    }
    bool has_idle_start() const { return idle_start_; }

private:
    static constexpr std::size_t nobody = SIZE_MAX;
    /// By option of an operator; then rank, dealing, design, the last fastest. A dealing and a design are a way.
    using Ends = std::vector<std::vector<double>>;

    /// What a rank needs from the ranks of the operator before.
    struct Sources {
        std::uint32_t waits_for = 0;         ///< ranks, as bits
        double whole = 0;                    ///< bytes
        double parts[max_accelerators] = {}; ///< by rank, or by the first rank of a group that adds up
        double arrival = 0;                  ///< least time on the way, wherever the ranks are
        double share = 0;                    ///< partial sums: the smallest share, bytes
        double sharing_out = 0;              ///< partial sums: the part of `arrival` after the reduce-scatter
    };

    double bytes(std::int64_t elements) const {
        return static_cast<double>(elements) * static_cast<double>(scenario_.graph.element_bits) / 8;
    }

    void reset() {
        ends_.resize(options_.size());
        for (std::size_t o = 0; o < options_.size(); ++o)
            ends_[o].assign(places_[options_[o].ranks].ways * options_[o].ranks, never);
    }

    /// The first operator reads what comes from the host, or from what goes before.
    void begin(const ChainLink& link, bool from_start) {
        options_ = chain_options(scenario_, link.op, link.input, times_);
        reset();
        const Tensor& tensor = scenario_.graph.tensors[scenario_.graph.operators[link.op].inputs[link.input]];
        for (std::size_t o = 0; o < options_.size(); ++o)
            for (const ChainVariant& variant : options_[o].variants)
                for (std::size_t rank = 0; rank < options_[o].ranks; ++rank) {
                    std::int64_t need = variant.needs[rank].volume();
                    if (!from_start && need == 0) idle_start_ = true;
                    end_everywhere(o, variant, rank,
                                   from_start && sent_by_host(tensor) ? limits_.time_of(bytes(need)) : 0);
                }
    }

    /// A rank that starts at `start`, whatever the dealing.
    void end_everywhere(std::size_t o, const ChainVariant& variant, std::size_t rank, double start) {
        std::size_t ways = places_[options_[o].ranks].ways;
        double* ends = &ends_[o][rank * ways];
        for (std::size_t way = 0; way < ways; ++way)
            ends[way] = std::min(ends[way], start + variant.times[way % designs_][rank]);
    }

    void step(const ChainLink& link) {
        from_.swap(options_);
        before_.swap(ends_);
        options_ = chain_options(scenario_, link.op, link.input, times_);
        reset();
        find_soonest();
        for (std::size_t a = 0; a < from_.size(); ++a)
            for (std::size_t b = 0; b < options_.size(); ++b) {
                if (from_[a].ranks == options_[b].ranks) go_on(a, b);
                if (from_[a].ranks + options_[b].ranks <= scenario_.accelerators.size()) move_on(a, b);
            }
    }

    void find_soonest() {
        soonest_.resize(before_.size());
        for (std::size_t o = 0; o < before_.size(); ++o) {
            std::size_t ways = places_[from_[o].ranks].ways;
            soonest_[o].resize(from_[o].ranks);
            for (std::size_t rank = 0; rank < from_[o].ranks; ++rank) {
                const double* ends = &before_[o][rank * ways];
                soonest_[o][rank] = *std::min_element(ends, ends + ways);
            }
        }
    }

    /// Option `b` of this operator after option `a` of the one before it, on other accelerators: what is needed comes
    /// from elsewhere, of whatever dealing and design.
    void move_on(std::size_t a, std::size_t b) {
        for (const ChainVariant& variant : options_[b].variants)
            for (std::size_t rank = 0; rank < options_[b].ranks; ++rank) {
                find_sources(from_[a], variant.needs[rank], nobody);
                if (sources_.waits_for == 0) idle_start_ = true;
                double first = never, start = 0;
                for (std::size_t source = 0; source < from_[a].ranks; ++source) {
                    if ((sources_.waits_for >> source & 1U) == 0) continue;
                    first = std::min(first, soonest_[a][source]);
                    start = std::max(start, soonest_[a][source] + limits_.least_delay());
                }
                if (first != never) start = std::max(start, first + sources_.arrival);
                end_everywhere(b, variant, rank, start);
            }
    }

    /// The same on the same accelerators.
    void go_on(std::size_t a, std::size_t b) {
        const ChainOption& option = options_[b];
        const Places& places = places_[option.ranks];
        for (const ChainVariant& variant : option.variants)
            for (std::size_t rank = 0; rank < option.ranks; ++rank) {
                find_sources(from_[a], variant.needs[rank], rank);
                bool direct = from_[a].group == 1 && alone_in(variant, rank);
                find_arrivals(from_[a], rank, direct);
                find_starts(a, rank);
                end_.resize(places.ways);
                for (std::size_t way = 0; way < places.ways; ++way)
                    end_[way] = start_[way] + variant.times[way % designs_][rank];
                if (variant.ring) end_ring(a, option, *variant.ring, rank);
                double* ends = &ends_[b][rank * places.ways];
                for (std::size_t way = 0; way < places.ways; ++way) ends[way] = std::min(ends[way], end_[way]);
            }
    }

    /// The last phase of a rank cannot begin before the last part of the shared tensor has come.
    void end_ring(std::size_t a, const ChainOption& option, const ChainRing& ring, std::size_t rank) {
        if (!ring.chain_input && ring.elements[rank] == 0) return;
        const Places& places = places_[option.ranks];
        if (ring.chain_input) { // from here on, of all that goes round
            find_sources(from_[a], option.variants.front().needs[rank], rank);
            if (sources_.waits_for == 0) return;
            find_arrivals(from_[a], rank, false);
            find_starts(a, rank);
        }
        for (std::size_t dealing = 0; dealing < places.dealings.size(); ++dealing) {
            const Dealing& place = places.dealings[dealing];
            double hop =
                limits_.time_between(place[rank], place[ring.next[rank]] != place[rank], bytes(ring.elements[rank]));
            for (std::size_t design = 0; design < designs_; ++design) {
                std::size_t way = dealing * designs_ + design;
                double phase = ring.phase[design][rank];
                double last = ring.chain_input ? first_[way] + std::max(hop, arrival_[way]) : start_[way] + phase + hop;
                end_[way] = std::max(end_[way], last + phase);
            }
        }
    }

    /// Whether no other rank needs the same: then nothing is passed on by a collective.
    static bool alone_in(const ChainVariant& variant, std::size_t rank) {
        for (std::size_t other = 0; other < variant.needs.size(); ++other)
            if (other != rank && variant.needs[other] == variant.needs[rank]) return false;
        return true;
    }

    /// Whom a rank waits for, and how long at least what it needs is on the way.
    void find_sources(const ChainOption& producer, const TensorBox& need, std::size_t own) {
        sources_ = {};
        if (producer.group == 1)
            find_owners(producer, need, own);
        else
            find_sums(producer, need, own);
    }

    void find_owners(const ChainOption& producer, const TensorBox& need, std::size_t own) {
        need_.parts.clear();
        need_.own = 0;
        for (std::size_t rank = 0; rank < producer.ranks; ++rank) {
            std::int64_t common = intersect(producer.results[rank], need).volume();
            if (common == 0) continue;
            sources_.waits_for |= 1U << rank;
            sources_.parts[rank] = bytes(common);
            if (rank == own)
                need_.own = bytes(common);
            else
                need_.parts.push_back(bytes(common));
        }
        std::sort(need_.parts.begin(), need_.parts.end(), std::greater<>());
        sources_.whole = need_.whole = bytes(need.volume());
        sources_.arrival = limits_.time_of(need_);
    }

    /// Partial sums: first a reduce-scatter, in which every rank receives its share from each other member of its
    /// group, in one piece or several; then what is needed of the shares of others.
    void find_sums(const ChainOption& producer, const TensorBox& need, std::size_t own) {
        for (std::size_t rank = 0; rank < producer.ranks; ++rank) {
            if ((producer.summing[rank] & ((1U << rank) - 1)) != 0) continue; // seen with the first of its group
            std::int64_t common = intersect(producer.results[rank], need).volume();
            if (common == 0) continue;
            sources_.waits_for |= producer.summing[rank];
            sources_.parts[rank] = bytes(common);
            double share = bytes(producer.smallest_share[rank]);
            if (sources_.share == 0 || share < sources_.share) sources_.share = share;
        }
        if (sources_.waits_for == 0) return;
        sources_.whole = bytes(need.volume());
        double held = own == nobody ? 0 : bytes(producer.largest_share[own]);
        sources_.sharing_out = limits_.time_at_door(sources_.whole - held);
        sources_.arrival =
            limits_.time_at_door(static_cast<double>(producer.group - 1) * sources_.share) + sources_.sharing_out;
    }

    /// By way: least time on the way to a rank where it is known who is near.
    void find_arrivals(const ChainOption& producer, std::size_t rank, bool direct) {
        const Places& places = places_[producer.ranks];
        arrival_.resize(places.ways);
        for (std::size_t dealing = 0; dealing < places.dealings.size(); ++dealing) {
            const std::vector<std::uint32_t>& near = places.near[dealing];
            double outside = sources_.whole, spread = 0;
            for (std::size_t source = 0; source < producer.ranks; ++source) {
                if (sources_.parts[source] == 0) continue;
                std::uint32_t members = producer.summing[source];
                if ((members & ~near[rank]) == 0) outside -= sources_.parts[source];
                if ((members & ~near[source]) != 0)
                    spread = std::max(spread, limits_.time_across(bytes(producer.smallest_share[source])));
            }
            double least = std::max(sources_.arrival, spread == 0 ? 0 : spread + sources_.sharing_out);
            if (outside >= 0.5)
                least = std::max(least, limits_.time_from_outside(places.dealings[dealing][rank], outside, direct));
            for (std::size_t design = 0; design < designs_; ++design) arrival_[dealing * designs_ + design] = least;
        }
    }

    /// By way: when the first of a rank's sources has ended, and when the rank can start.
    void find_starts(std::size_t a, std::size_t own) {
        std::size_t ranks = from_[a].ranks, ways = places_[ranks].ways;
        const double* mine = &before_[a][own * ways];
        start_.assign(mine, mine + ways);
        first_.assign(ways, never);
        for (std::size_t source = 0; source < ranks; ++source) {
            if ((sources_.waits_for >> source & 1U) == 0) continue;
            const double* ends = &before_[a][source * ways];
            const double* delays = &places_[ranks].delays[(own * ranks + source) * ways];
            for (std::size_t way = 0; way < ways; ++way) {
                first_[way] = std::min(first_[way], ends[way]);
                start_[way] = std::max(start_[way], ends[way] + delays[way]);
            }
        }
        if (sources_.waits_for == 0) return;
        for (std::size_t way = 0; way < ways; ++way) start_[way] = std::max(start_[way], first_[way] + arrival_[way]);
    }

    const Scenario& scenario_;
    std::size_t designs_;
    ShardTimes& times_;
    ArrivalLimits limits_;
    std::vector<Places> places_;              ///< by number of ranks
    std::vector<ChainOption> options_, from_; ///< of this operator, and of the one before
    Ends ends_, before_;
    std::vector<std::vector<double>> soonest_; ///< by option of the one before, and rank
    bool idle_start_ = false;
    // Of the rank at hand.
    Sources sources_;
    ArrivalLimits::Need need_;
    std::vector<double> arrival_, first_, start_, end_; ///< by way
};

ChainWalk::ChainWalk(const Scenario& scenario, ShardTimes& times, BoundEffort effort)
    : impl_(std::make_unique<Impl>(scenario, times, effort)) {}
ChainWalk::~ChainWalk() = default;

double ChainWalk::end_of(Chain::const_iterator first, Chain::const_iterator last, bool from_start) {
    return impl_->end_of(first, last, from_start);
}
double ChainWalk::first_end() const { return impl_->first_end(); }
bool ChainWalk::has_idle_start() const { return impl_->has_idle_start(); }

} // namespace arsia
