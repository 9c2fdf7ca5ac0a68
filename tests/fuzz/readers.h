// What the fuzzers run, and what the replay of their corpus runs in an ordinary build. A reader gets bytes that may be
// anything. It must take them or throw InputError; what it takes must keep some promises. Anything else ends the
// process.
#pragma once

#include <string>

namespace arsia::fuzz {

/// An ONNX model gives the same graph again when it is written as a workload file and read back.
void read_onnx(const std::string& bytes);
/// A workload's counts are not negative.
void read_workload(const std::string& bytes);
/// The points of a sweep have workloads and labels.
void read_sweep(const std::string& bytes);
/// A topology's routes lead from link to link.
void read_topology(const std::string& bytes);
/// A design plans what it does not refuse, in no fewer cycles than its least.
void read_design(const std::string& bytes);
/// A mapping reads back as it was written, and runs if and only if it is legal.
void read_mapping(const std::string& bytes);
/// A run file can be exported.
void read_run(const std::string& bytes);
/// A checkpoint has as many mappings as latencies.
void read_checkpoint(const std::string& bytes);

using Reader = void (*)(const std::string&);
/// By what it reads: `onnx`, `workload`, …; nullptr if there is none.
Reader find_reader(const std::string& name);

/// Ends the process, for what must not be.
[[noreturn]] void fail(const std::string& what);

} // namespace arsia::fuzz
