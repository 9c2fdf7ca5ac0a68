// Numbers and names of a sweep as words of a sentence.
#pragma once

#include <string>
#include <vector>

#include "sim/recorder/sweep_file.h"
#include "sweep/slices.h"

namespace arsia {

/// `latency`, `energy`, `period`
std::string measure_name(const SweepRecord& record);
/// `1.53 ms`, `0.42 J`
std::string measure_text(const SweepRecord& record, double value);

/// `12 %`, `3.4 %`, of a share that is not negative.
std::string percent_text(double share);
/// `3 to 12 %`, or one of them if they read the same.
std::string percent_span(double least, double most);
/// `falls 7.9×`, `falls by 12 %`, `hardly changes`, `rises by 30 %`, `rises 2.1×`
std::string trend_text(double first, double last);

/// The share by which a value is above another; 0 where there is nothing to compare it with.
double excess(double value, double reference);

/// `12 % more time`, `2.3× the time`, of a factor of at least 1.
std::string more_text(double factor, const std::string& what);

/// `8 Gbps of link bandwidth`, `16 accelerators`, `mesh`
std::string value_text(const SweepAxis& axis, std::size_t value);
/// A point on all axes of several values: `8 Gbps of link bandwidth, mesh`
std::string point_text(const SweepRecord& record, std::size_t point);
/// What a slice is fixed at, to begin a sentence with: `with mesh: `; empty if nothing is. `without`: an axis that is
/// not named.
std::string slice_text(const SweepRecord& record, const Slice& slice, std::size_t without);

/// What bounds a run: `compute`, `the network`, `contention for links` …, by index into breakdown_causes.
std::string cause_text(std::size_t cause);

/// The first letter in upper case.
std::string sentence(std::string text);
/// `a`, `a and b`, `a, b and c`
std::string listed(const std::vector<std::string>& items);

} // namespace arsia
