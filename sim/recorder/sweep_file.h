// The result of a sweep (HDF5, `arsia-sweep-result/1`); docs/sweep.md describes it dataset by dataset.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace arsia {

constexpr const char* sweep_result_format = "arsia-sweep-result/1";

/// What an axis means to a reader of the result.
///   quantity  values are numbers: points lie on a curve
///   rivals    values compete with each other: one of them wins
///   changes   values are compared with the first
///   cases     values stand side by side, such as workloads
enum class AxisRole : std::uint8_t { quantity, rivals, changes, cases };
const std::vector<std::string>& axis_role_names();

struct SweepAxis {
    std::string name;
    std::string kind; ///< as the spec has it
    AxisRole role = AxisRole::cases;
    std::string unit;                ///< of the numbers
    std::string noun;                ///< `of link bandwidth`, `accelerators`
    std::vector<std::string> labels; ///< of each value
    std::vector<double> numbers;     ///< of each value, for the role quantity; else empty
};

enum class PointStatus : std::uint8_t { pending, done, failed };
const std::vector<std::string>& point_status_names();

/// Causes of a breakdown, in the order of breakdown_causes.
constexpr std::size_t cause_count = 7;

struct SweepPoint {
    PointStatus status = PointStatus::pending;
    std::string error; ///< of a failed point
    std::string workload, topology;
    std::string search; ///< name; empty: the mapping was given
    std::uint64_t seed = 0, evaluations = 0;
    std::string digest; ///< of all that the point depends on
    TimePs latency = 0, bound = 0;
    TimePs period = 0;   ///< between results of a stream in its steady state; 0: a single request
    double energy_j = 0; ///< 0: not known, as a design of the mapping states none
    Bytes bytes = 0;     ///< payload of all transfers
    std::string busiest_link;
    double utilization = 0; ///< of the busiest link
    std::int64_t accelerators = 0;
    std::int64_t link_bandwidth = 0; ///< bit/s, the sum over all directed links
    std::array<TimePs, cause_count> breakdown{};
    std::string mapping; ///< JSON

    /// (latency − bound) / latency
    double gap() const;
    /// What most of the latency goes to, an index into breakdown_causes.
    std::size_t cause() const;
};

/// A sweep and what has come of it so far.
struct SweepRecord {
    std::string version; ///< of arsia
    std::string name, question;
    std::string measure = "latency"; ///< latency, energy or period
    std::string spec;                ///< the text of the file
    std::vector<SweepAxis> axes;
    std::vector<SweepPoint> points; ///< the product of the axes, the last fastest
    std::vector<std::string> answers;

    /// Place of a point on each axis.
    std::vector<std::size_t> place(std::size_t point) const;
    std::size_t count(PointStatus status) const;
};

/// Whether the file says that it is the result of a sweep; false for anything else, also if it cannot be read.
bool is_sweep_file(const std::string& path);

/// Under a temporary name first: a crash leaves the file before. The same record gives the same bytes. Throws
/// InputError.
void write_sweep_file(const std::string& path, const SweepRecord& record);

/// Throws InputError that says what is wrong: missing, not HDF5, damaged, another format, columns that do not fit.
SweepRecord read_sweep_file(const std::string& path);

} // namespace arsia
