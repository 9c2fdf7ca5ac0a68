// Groups of ranks that differ only in some dimensions of a strategy: the members of a reduction, the replicas of a
// tensor.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "mapper/mapping.h"

namespace arsia {

/// A set of loop dimensions.
class DimSet {
public:
    constexpr DimSet() = default;
    constexpr DimSet(std::initializer_list<Dim> dims) {
        for (Dim dim : dims) bits_ |= bit(dim);
    }
    constexpr bool has(Dim dim) const { return (bits_ & bit(dim)) != 0; }
    constexpr void add(Dim dim) { bits_ |= bit(dim); }

private:
    static constexpr unsigned bit(Dim dim) { return 1U << static_cast<unsigned>(dim); }
    unsigned bits_ = 0;
};

constexpr DimSet reduction_dims = {Dim::C, Dim::R, Dim::S};

/// Product of the factors of the dimensions.
inline std::int64_t product_of(const Factors& factors, DimSet dims) {
    std::int64_t out = 1;
    for (Dim dim : all_dims)
        if (dims.has(dim)) out *= at(factors, dim);
    return out;
}

/// The ranks of a strategy, sorted into groups which differ only along `dims`; members in order of rank.
class RankGroups {
public:
    void rebuild(const Factors& factors, DimSet dims) {
        size_ = static_cast<std::size_t>(product_of(factors, dims));
        std::size_t ranks = 1;
        for (std::int64_t factor : factors) ranks *= static_cast<std::size_t>(factor);
        members_.resize(ranks);
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            std::size_t rest = rank, group = 0, member = 0, group_weight = 1, member_weight = 1;
            for (std::size_t i = dim_count; i-- > 0;) {
                auto factor = static_cast<std::size_t>(factors[i]);
                std::size_t digit = rest % factor;
                rest /= factor;
                bool inside = dims.has(all_dims[i]);
                (inside ? member : group) += digit * (inside ? member_weight : group_weight);
                (inside ? member_weight : group_weight) *= factor;
            }
            members_[group * size_ + member] = static_cast<std::uint32_t>(rank);
        }
    }

    /// Of the ranks that take part; the others are in no group.
    void rebuild(const Strategy& strategy, DimSet dims) {
        rebuild(strategy.es, dims);
        if (strategy.shares.empty()) return;
        std::vector<std::uint32_t> active = active_ranks(strategy, strategy.shares.size());
        for (std::uint32_t& member : members_) member = active[member];
    }

    std::size_t size() const { return size_; } ///< members of each group
    std::size_t count() const { return members_.size() / size_; }
    /// Rank of a member; members are counted modulo the size, as on a ring.
    std::size_t rank(std::size_t group, std::size_t member) const { return members_[group * size_ + member % size_]; }

private:
    std::size_t size_ = 1;
    std::vector<std::uint32_t> members_;
};

} // namespace arsia
