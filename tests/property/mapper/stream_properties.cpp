// What must hold of every stream of requests: each is done once and whole, in memory, whatever comes before it.
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mapper/bounds.h"
#include "mapper/stream.h"
#include "sim/simulator.h"
#include "tests/property/mapper/random_mapping.h"

using namespace arsia;
using namespace arsia::testing;

namespace {

std::uint32_t request_of(const std::vector<TaskId>& ends, TaskId task) {
    std::uint32_t request = 0;
    while (request < ends.size() && !(task < ends[request])) ++request;
    return request;
}

/// By request and purpose; weights that are streamed and the like count as of a request of their own, after the last.
std::map<std::pair<std::uint32_t, Purpose>, Bytes> moved(const Program& program, const std::vector<TaskId>& ends) {
    std::map<std::pair<std::uint32_t, Purpose>, Bytes> out;
    for (TaskId id : ids_of(program.tasks()))
        if (program.task(id).kind == TaskKind::transfer)
            out[{request_of(ends, id), program.task(id).purpose}] += program.task(id).bytes;
    return out;
}

Stream random_stream() {
    return {*rc::gen::inRange<std::uint32_t>(2, 6), *rc::gen::element<TimePs>(0, 100'000, 3'000'000)};
}

TimePs latest(const StreamTimes& times) {
    TimePs out = 0;
    for (const RequestTimes& request : times.requests) out = std::max(out, request.finish);
    return out;
}

/// Memories of a quarter to three times what a single request needs at most.
void change_memory(RandomCase& given) {
    Lowering lowering(*given.scenario);
    MemoryNeed need = lowering.memory_need(given.mapping);
    Bytes largest = *std::max_element(need.begin(), need.end());
    Bytes capacity = *rc::gen::inRange<Bytes>(largest / 4 + 1, 3 * largest + 2);
    for (NodeId node : given.scenario->accelerators) given.scenario->platform.nodes[node].memory.capacity = capacity;
}

} // namespace

RC_GTEST_PROP(Streams, EveryRequestMovesWhatASingleOneDoes, ()) {
    RandomCase given;
    Lowering single(*given.scenario);
    auto alone = moved(single.lower(given.mapping), single.request_ends(given.mapping));
    given.scenario->stream = random_stream();
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    auto all = moved(program, lowering.request_ends(given.mapping));
    RC_ASSERT(all.size() == alone.size() * given.scenario->stream.requests);
    for (const auto& [key, bytes] : all) RC_ASSERT(bytes == (alone[{0, key.second}]));
    RC_ASSERT(is_acyclic(program, given.scenario->platform.nodes.size()));
}

RC_GTEST_PROP(Streams, RunInAnyMemoryThatHoldsASingleRequest, ()) {
    RandomCase given;
    change_memory(given);
    bool fits = Lowering(*given.scenario).problems(given.mapping).empty();
    given.scenario->stream = random_stream();
    Lowering lowering(*given.scenario);
    RC_ASSERT(lowering.problems(given.mapping).empty() == fits);
    if (!fits) return;
    const Program& program = lowering.lower(given.mapping);
    RC_ASSERT(is_acyclic(program, given.scenario->platform.nodes.size()));
    Simulator simulator(given.scenario->platform);
    const RunResult& result = simulator.run(program);
    IdVector<NodeId, Bytes> peak = peak_memory(given.scenario->platform, program, result);
    for (NodeId node : given.scenario->accelerators) {
        RC_ASSERT(peak[node] <= lowering.memory_need(given.mapping)[node]);
        RC_ASSERT(lowering.memory_need(given.mapping)[node] <= given.scenario->platform.nodes[node].memory.capacity);
    }
}

RC_GTEST_PROP(Streams, OutputsComeOnceAndAfterTheArrival, ()) {
    RandomCase given;
    given.scenario->stream = random_stream();
    const Graph& graph = given.scenario->graph;
    Bytes outputs = 0;
    for (const Tensor& tensor : graph.tensors)
        if (tensor.is_output) outputs += graph.bytes_of(tensor.elements());
    Lowering lowering(*given.scenario);
    const Program& program = lowering.lower(given.mapping);
    const std::vector<TaskId>& ends = lowering.request_ends(given.mapping);
    Simulator simulator(given.scenario->platform);
    const RunResult& result = simulator.run(program);
    std::vector<Bytes> arrived(given.scenario->stream.requests, 0);
    for (TaskId id : ids_of(program.tasks())) {
        std::uint32_t request = request_of(ends, id);
        // A join does nothing: it may end before there is something to do.
        bool works = program.task(id).kind != TaskKind::join;
        RC_ASSERT(!works || result.tasks[id].start >= given.scenario->stream.arrival(request) ||
                  request == ends.size());
        if (program.task(id).purpose == Purpose::output) arrived[request] += program.task(id).bytes;
    }
    for (Bytes bytes : arrived) RC_ASSERT(bytes == outputs);
    StreamTimes times =
        stream_times(given.scenario->stream, program, result, ends, OperatorId(0), OperatorId(graph.operators.size()));
    RC_ASSERT(latest(times) == result.latency);
    RC_ASSERT(times.worst() >= times.mean());
}

RC_GTEST_PROP(Streams, NoMappingEndsBeforeABound, ()) {
    RandomCase given;
    given.scenario->stream = random_stream();
    Lowering lowering(*given.scenario);
    Simulator simulator(given.scenario->platform);
    TimePs latency = simulator.run(lowering.lower(given.mapping)).latency;
    for (const Bound& bound : lower_bounds(*given.scenario)) RC_ASSERT(bound.latency <= latency);
}

RC_GTEST_PROP(Streams, OneRequestIsWhatThereIsWithoutAStream, ()) {
    RandomCase given;
    Lowering plain(*given.scenario);
    TimePs expected = 0;
    {
        Simulator simulator(given.scenario->platform);
        expected = simulator.run(plain.lower(given.mapping)).latency;
    }
    given.scenario->stream = {1, 5'000'000};
    Lowering lowering(*given.scenario);
    Simulator simulator(given.scenario->platform);
    const RunResult& result = simulator.run(lowering.lower(given.mapping));
    RC_ASSERT(result.latency == expected);
    // The first of several that come at large distances takes as long as one alone.
    given.scenario->stream = {3, 100 * expected};
    Lowering apart(*given.scenario);
    const Program& program = apart.lower(given.mapping);
    const RunResult& many = simulator.run(program);
    StreamTimes times = stream_times(given.scenario->stream, program, many, apart.request_ends(given.mapping),
                                     OperatorId(0), OperatorId(given.scenario->graph.operators.size()));
    for (const RequestTimes& request : times.requests) RC_ASSERT(request.latency() == expected);
}
