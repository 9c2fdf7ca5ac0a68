#include "sim/modules/compute_engine.h"

namespace arsia {

ComputeEngine::ComputeEngine(const sc_core::sc_module_name& name, NodeId id, LocalMemory& memory, Agenda& agenda)
    : sc_module(name), id_(id), memory_(memory), agenda_(agenda) {}

void ComputeEngine::start(TaskId id, const Task& task, const Program& program) {
    current_ = id;
    busy_ = true;
    ++next_;
    started_ = agenda_.now();
    if (task.kind == TaskKind::reconfigure)
        agenda_.at(later(started_, task.duration), EventKind::timer, id.value());
    else
        memory_.start_tiles(program.plan(task.plan));
}

TaskId ComputeEngine::finish() {
    busy_ = false;
    busy_time_ += agenda_.now() - started_;
    return current_;
}

void ComputeEngine::clear() {
    order_.clear();
    next_ = 0;
    busy_ = false;
    current_ = TaskId();
    busy_time_ = 0;
}

} // namespace arsia
