// First-level choices that searches begin with.
#pragma once

#include <vector>

#include "base/random.h"
#include "mapper/searches/genome.h"

namespace arsia {

/// Every choice of disjoint candidate sets, of a design for each, and of a set for every operator, each set used; of up
/// to four accelerators any are a candidate set. Empty if there are more than `most`.
std::vector<Assignment> all_assignments(const GenomeSpace& space, std::size_t most);

/// One set that runs everything: the first of each size, in each order, with each design; on platforms of fixed designs
/// those of FixedSets; then `random_ones` assignments whose designs are drawn by how fast they compute the operators of
/// their set.
std::vector<Assignment> first_assignments(const GenomeSpace& space, std::size_t random_ones, Random& random);

} // namespace arsia
