#include "sim/modules/compute_engine.h"

#include <algorithm>
#include <utility>

namespace arsia {

ComputeEngine::ComputeEngine(const sc_core::sc_module_name& name, NodeId id, LocalMemory& memory, Agenda& agenda)
    : sc_module(name), id_(id), memory_(memory), agenda_(agenda) {}

void ComputeEngine::start(TaskId id, const Task& task, const Program& program) {
    current_ = id;
    busy_ = true;
    ++next_;
    started_ = agenda_.now();
    if (task.kind == TaskKind::reconfigure) {
        agenda_.at(later(started_, task.duration), EventKind::timer, id.value());
    } else if (model_ && task.kind == TaskKind::compute) {
        program_ = &program;
        agenda_.at(started_, EventKind::job_start, id_.value());
    } else {
        memory_.start_tiles(program.plan(task.plan));
    }
}

void ComputeEngine::start_job() {
    auto end = [this, job = job_](TimePs delay) {
        if (job != job_) return; // ended already, or of a program that failed
        ++job_;
        agenda_.after(std::max<TimePs>(delay, 1), EventKind::timer, current_.value());
    };
    const Task& task = program_->task(current_);
    agenda_.expect();
    model_->start({current_, task.op, program_->plan(task.plan)}, std::move(end));
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
    ++job_;
}

} // namespace arsia
