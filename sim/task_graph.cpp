#include "sim/task_graph.h"

namespace arsia {

void TaskGraph::build(const Program& program) {
    std::size_t tasks = program.tasks().size();
    pending_.assign(tasks, 0);
    first_.assign(tasks + 1, 0);
    successors_.resize(program.edges().size());
    for (const Program::Edge& edge : program.edges()) {
        ++pending_[edge.after];
        ++first_[edge.before.value()];
    }
    std::uint32_t sum = 0;
    for (std::uint32_t& at : first_) {
        std::uint32_t count = at;
        at = sum;
        sum += count;
    }
    for (const Program::Edge& edge : program.edges()) successors_[first_[edge.before.value()]++] = edge.after;
    for (std::size_t i = tasks; i > 0; --i) first_[i] = first_[i - 1];
    if (!first_.empty()) first_[0] = 0;
}

} // namespace arsia
