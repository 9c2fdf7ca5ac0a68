// A run in the formats of other tools.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace arsia {

struct RunData;

/// A trace for Perfetto (https://perfetto.dev, TrackEvent protobuf, `.pftrace`).
///
/// Each node is a process with a track for its compute engine, one a DMA channel, and a counter of its memory; another
/// process holds the links: a track of the transfers whose route uses it (they share it burst by burst, so there may be
/// several beside each other) and a counter of its use. A dependency is a flow from one task to the next; joins, which
/// occupy nothing, stand as instants on a track of their own so that flows pass through them.
///
/// Perfetto counts whole nanoseconds: times are rounded down, and the exact ones stand with each slice as `start_ps`
/// and `end_ps`.
std::string perfetto_trace(const RunData& run);

/// A value-change dump (IEEE 1364) in picoseconds for waveform viewers: of each node whether its compute engine is
/// busy, with which task, the number of DMA transfers under way and the bytes of live buffers; of each link the busy
/// share, in the run file's bins.
std::string vcd_dump(const RunData& run);

/// Every table of a run file as (file name, CSV text), numbers as they stand in the file; the two matrices with a row a
/// bin and a column a link or node. Throws InputError if the file cannot be read.
std::vector<std::pair<std::string, std::string>> csv_tables(const std::string& run_file);
/// The same from the bytes of a run file.
std::vector<std::pair<std::string, std::string>> csv_tables_of_image(const std::string& image);

} // namespace arsia
