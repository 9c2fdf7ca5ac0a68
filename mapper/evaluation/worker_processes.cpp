#include "mapper/evaluation/worker_processes.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

namespace {

// A message on a socket: its length in four bytes, then its bytes.
using Length = std::uint32_t;

std::string framed(const std::string& message) {
    auto length = static_cast<Length>(message.size());
    std::string out(sizeof length, '\0');
    std::memcpy(out.data(), &length, sizeof length);
    return out + message;
}

/// Takes the first message off the front of `received`; false if it is not complete.
bool unframe(std::string& received, std::string& message) {
    Length length = 0;
    if (received.size() < sizeof length) return false;
    std::memcpy(&length, received.data(), sizeof length);
    if (received.size() < sizeof length + length) return false;
    message = received.substr(sizeof length, length);
    received.erase(0, sizeof length + length);
    return true;
}

/// False if the other side is gone.
bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

constexpr std::size_t read_size = 65536;

/// The life of a worker: answers until the parent closes the socket.
void serve(int socket, const Reply& reply) {
    std::string received, message;
    std::array<char, read_size> buffer{};
    for (;;) {
        while (unframe(received, message))
            if (!send_all(socket, framed(reply(message)))) return;
        ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        received.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

[[noreturn]] void fail(const char* what) {
    throw Error(fmt::format("cannot make a worker process: {}: {}", what, std::generic_category().message(errno)), 2);
}

} // namespace

WorkerProcesses::WorkerProcesses(std::size_t count, EvaluateMapping evaluate)
    : WorkerProcesses(count, Reply([evaluate = std::move(evaluate)](std::string_view question) {
                          return answer(question, evaluate);
                      })) {}

WorkerProcesses::WorkerProcesses(std::size_t count, Reply reply, std::string name)
    : reply_(std::move(reply)), name_(std::move(name)), children_(count) {
    for (Child& child : children_) start(child);
}

WorkerProcesses::~WorkerProcesses() {
    for (Child& child : children_) {
        if (child.process < 0) continue;
        // It may be in the midst of an evaluation that nobody waits for any more.
        ::kill(child.process, SIGKILL);
        end(child);
    }
}

void WorkerProcesses::start(Child& child) {
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) fail("socketpair");
    pid_t parent = ::getpid();
    pid_t process = ::fork();
    if (process < 0) {
        int reason = errno;
        ::close(sockets[0]);
        ::close(sockets[1]);
        errno = reason;
        fail("fork");
    }
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(0); // it died before the line above
        ::prctl(PR_SET_NAME, name_.c_str());
        std::signal(SIGINT, SIG_IGN);
        std::signal(SIGTERM, SIG_IGN);
        // A sibling's socket held open here would keep its end from being noticed.
        for (const Child& sibling : children_)
            if (sibling.socket >= 0) ::close(sibling.socket);
        ::close(sockets[0]);
        serve(sockets[1], reply_);
        ::_exit(0); // nothing of the parent's may be flushed or destroyed twice
    }
    ::close(sockets[1]);
    child = {process, sockets[0], {}};
}

std::string WorkerProcesses::end(Child& child) {
    ::close(child.socket);
    int status = 0;
    while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
    }
    std::string how = WIFSIGNALED(status)
                          ? fmt::format("signal {}: {}", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
                          : fmt::format("exit status {}", WEXITSTATUS(status));
    std::string out = fmt::format("worker process {} ({})", child.process, how);
    child = {};
    return out;
}

void WorkerProcesses::send(std::size_t worker, std::string message) {
    // Of a death receive() hears.
    send_all(children_.at(worker).socket, framed(message));
}

void WorkerProcesses::read_from(std::size_t worker, std::vector<Report>& out) {
    Child& child = children_[worker];
    std::array<char, read_size> buffer{};
    for (;;) {
        ssize_t count = ::recv(child.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (count <= 0) {
            for (std::string message; unframe(child.received, message);) out.push_back({worker, false, message});
            out.push_back({worker, true, end(child)});
            start(child);
            return;
        }
        child.received.append(buffer.data(), static_cast<std::size_t>(count));
    }
    for (std::string message; unframe(child.received, message);) out.push_back({worker, false, message});
}

std::vector<Workers::Report> WorkerProcesses::receive(std::chrono::milliseconds patience) {
    std::vector<pollfd> sockets;
    for (const Child& child : children_) sockets.push_back({child.socket, POLLIN, 0});
    std::vector<Report> out;
    if (::poll(sockets.data(), sockets.size(), static_cast<int>(patience.count())) <= 0) return out;
    for (std::size_t worker = 0; worker < children_.size(); ++worker)
        if (sockets[worker].revents != 0) read_from(worker, out);
    return out;
}

} // namespace arsia
