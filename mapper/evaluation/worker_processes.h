// Workers on this machine: child processes.
#pragma once

#include <sys/types.h>

#include "mapper/evaluation/workers.h"

namespace arsia {

/// Children made by fork, each joined to this process by a pair of sockets. SystemC has one kernel a process and no
/// threads; a child has a copy of the parent's, elaborated already. So the parent must not be simulating when a worker
/// is made, and `evaluate` should refer to an Evaluator that exists already, or each message make one of its own.
///
/// Children leave Ctrl-C to the parent, and end with it however it ends.
class WorkerProcesses final : public Workers {
public:
    /// Throws Error if the system gives no more processes.
    WorkerProcesses(std::size_t count, EvaluateMapping evaluate);
    /// Workers who answer other questions than a pool's; `reply` must not throw. `name`: what the system calls them, at
    /// most 15 characters.
    WorkerProcesses(std::size_t count, Reply reply, std::string name = "arsia-worker");
    ~WorkerProcesses() override;
    WorkerProcesses(const WorkerProcesses&) = delete;
    WorkerProcesses& operator=(const WorkerProcesses&) = delete;

    std::size_t count() const override { return children_.size(); }
    void send(std::size_t worker, std::string message) override;
    std::vector<Report> receive(std::chrono::milliseconds patience) override;

private:
    struct Child {
        pid_t process = -1;
        int socket = -1;
        std::string received; ///< bytes of answers, the last of them perhaps not complete
    };

    void start(Child& child);
    /// Waits for the end of a child whose socket is closed or is about to be; says how it ended.
    static std::string end(Child& child);
    void read_from(std::size_t worker, std::vector<Report>& out);

    Reply reply_;
    std::string name_;
    std::vector<Child> children_;
};

} // namespace arsia
