// How fast a collective could be at best, and how its speed is usually stated.
#pragma once

#include "collectives/collective.h"

namespace arsia {

/// A time that no algorithm beats on this platform, whatever its links' latency and the order of transfers: each rank
/// must send and receive some bytes over its links, and all ranks together some more.
///
///   all-reduce of S    every rank sends S and receives S; every byte takes at least n − 1 transfers until it is summed
///                      up and n − 1 until all have the sum: 2(n−1)·S in all (Patarasuk and Yuan, 2009)
///   reduce-scatter     every rank sends all but its slice and receives a slice; (n−1)·S in all
///   all-gather         every rank sends its piece and receives all others
///   others             what the definition says
TimePs ideal_time(const Platform& platform, const CollectiveSpec& spec);

/// Bandwidths of a collective that took `time`, bytes a second, in the convention of the nccl-tests: `algorithm` is the
/// data by the time, where the data of an all-gather or gather is what ends up at a rank; `bus` is what each rank's
/// links carry in an ideal ring, so that it compares with the hardware: twice (n−1)/n of it for an all-reduce,
/// (n−1)/n for operations on slices, all of it for broadcast and send-receive.
struct CollectiveBandwidth {
    double algorithm = 0;
    double bus = 0;
};
CollectiveBandwidth bandwidth_of(const CollectiveSpec& spec, TimePs time);

} // namespace arsia
