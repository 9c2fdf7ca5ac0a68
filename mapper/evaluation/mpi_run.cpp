#include "mapper/evaluation/mpi_run.h"

#include <algorithm>
#include <cstdlib>
#include <list>
#include <thread>

#include "base/errors.h"

#ifdef ARSIA_MPI
#include <mpi.h>
#endif

namespace arsia {

namespace {

/// Number in a variable that Open MPI's mpirun sets; `fallback` without it.
int launcher_number(const char* name, int fallback) {
    const char* value = std::getenv(name);
    return value == nullptr ? fallback : std::atoi(value);
}

} // namespace

bool MpiRun::launched() { return launcher_number("OMPI_COMM_WORLD_SIZE", 1) > 1; }
int MpiRun::rank() { return launcher_number("OMPI_COMM_WORLD_RANK", 0); }

#ifdef ARSIA_MPI

namespace {

enum Tag : int { tag_problem, tag_question, tag_answer, tag_end };

struct Message {
    int rank = 0;
    int tag = 0;
    std::string content;
};

std::optional<Message> next_message() {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (there == 0) return std::nullopt;
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    Message out{status.MPI_SOURCE, status.MPI_TAG, std::string(static_cast<std::size_t>(size), '\0')};
    MPI_Recv(out.content.data(), size, MPI_BYTE, out.rank, out.tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return out;
}

/// Sleeps a little, and longer the longer nothing comes.
class Nap {
public:
    void take() {
        std::this_thread::sleep_for(length_);
        length_ = std::min(length_ * 2, longest);
    }

private:
    static constexpr std::chrono::microseconds longest{500};
    std::chrono::microseconds length_{10};
};

Message wait_for_message() {
    for (Nap nap;; nap.take())
        if (std::optional<Message> message = next_message()) return *message;
}

void send_now(int rank, int tag, const std::string& content) {
    MPI_Send(content.data(), static_cast<int>(content.size()), MPI_BYTE, rank, tag, MPI_COMM_WORLD);
}

/// Ranks 1 … n are workers 0 … n−1.
class MpiWorkers final : public Workers {
public:
    explicit MpiWorkers(int ranks) : count_(static_cast<std::size_t>(ranks - 1)) {}
    ~MpiWorkers() override {
        // A rank that is still evaluating takes what was sent to it before it ends.
        for (Sending& sending : sending_) MPI_Wait(&sending.request, MPI_STATUS_IGNORE);
    }
    MpiWorkers(const MpiWorkers&) = delete;
    MpiWorkers& operator=(const MpiWorkers&) = delete;

    std::size_t count() const override { return count_; }

    void send(std::size_t worker, std::string message) override {
        // Not MPI_Send: it may wait until the rank has finished an evaluation.
        Sending& sending = sending_.emplace_back(Sending{std::move(message), MPI_REQUEST_NULL});
        MPI_Isend(sending.content.data(), static_cast<int>(sending.content.size()), MPI_BYTE,
                  static_cast<int>(worker) + 1, tag_question, MPI_COMM_WORLD, &sending.request);
    }

    std::vector<Report> receive(std::chrono::milliseconds patience) override {
        forget_what_was_sent();
        auto end = std::chrono::steady_clock::now() + patience;
        std::vector<Report> out;
        for (Nap nap; out.empty() && std::chrono::steady_clock::now() < end;) {
            while (std::optional<Message> message = next_message())
                out.push_back({static_cast<std::size_t>(message->rank - 1), false, std::move(message->content)});
            if (out.empty()) nap.take();
        }
        return out;
    }

private:
    struct Sending {
        std::string content;
        MPI_Request request;
    };

    void forget_what_was_sent() {
        sending_.remove_if([](Sending& sending) {
            int sent = 0;
            MPI_Test(&sending.request, &sent, MPI_STATUS_IGNORE);
            return sent != 0;
        });
    }

    std::size_t count_;
    std::list<Sending> sending_; ///< a list, since addresses must stay
};

} // namespace

MpiRun::MpiRun() {
    MPI_Init(nullptr, nullptr);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
}

MpiRun::~MpiRun() {
    if (rank() == 0) {
        for (int other = 1; other < ranks_; ++other) send_now(other, tag_end, "");
        // Answers to a batch that was cut short are still on their way.
        for (int ended = 0; ended < ranks_ - 1;)
            if (wait_for_message().tag == tag_end) ++ended;
    } else {
        send_now(0, tag_end, "");
    }
    MPI_Finalize();
}

std::unique_ptr<Workers> MpiRun::begin(const std::string& problem) {
    for (int other = 1; other < ranks_; ++other) send_now(other, tag_problem, problem);
    return std::make_unique<MpiWorkers>(ranks_);
}

std::optional<std::string> MpiRun::wait_for_problem() {
    Message message = wait_for_message();
    if (message.tag == tag_end) return std::nullopt;
    return message.content;
}

void MpiRun::serve(const EvaluateMapping& evaluate) {
    serve(Reply([&evaluate](std::string_view question) { return answer(question, evaluate); }));
}

void MpiRun::serve(const Reply& reply) {
    for (;;) {
        Message message = wait_for_message();
        if (message.tag == tag_end) return;
        send_now(0, tag_answer, reply(message.content));
    }
}

void MpiRun::give_up(int exit_status) {
    MPI_Abort(MPI_COMM_WORLD, exit_status);
    std::abort();
}

#else

MpiRun::MpiRun() { throw InputError("this arsia was built without MPI; start it without mpirun, with --jobs"); }
MpiRun::~MpiRun() = default;
std::unique_ptr<Workers> MpiRun::begin(const std::string&) { return nullptr; }
std::optional<std::string> MpiRun::wait_for_problem() { return std::nullopt; }
void MpiRun::serve(const EvaluateMapping&) {}
void MpiRun::serve(const Reply&) {}
void MpiRun::give_up(int exit_status) { std::exit(exit_status); }

#endif

} // namespace arsia
