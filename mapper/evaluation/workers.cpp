#include "mapper/evaluation/workers.h"

#include <new>
#include <stdexcept>

#include "base/errors.h"
#include "mapper/evaluation/bytes.h"
#include "mapper/evaluation/codec.h"

namespace arsia {

namespace {

/// First field of an answer after its number.
enum class Outcome : std::uint8_t { evaluation, input_error, illegal_error, out_of_memory, fault };

[[noreturn]] void throw_again(Outcome outcome, const std::string& text) {
    switch (outcome) {
    case Outcome::input_error: throw InputError(text);
    case Outcome::illegal_error: throw IllegalError(text);
    case Outcome::out_of_memory: throw std::bad_alloc();
    default: throw std::runtime_error(text);
    }
}

} // namespace

std::string question(std::uint64_t number, const Mapping& mapping) {
    return ByteWriter().number(number).text(mapping_key(mapping)).take();
}

std::string answer(std::string_view question, const EvaluateMapping& evaluate) {
    ByteReader in(question);
    std::uint64_t number = in.number();
    auto answered = [&](Outcome outcome, std::string_view content) {
        return ByteWriter().number(number).number(static_cast<std::uint64_t>(outcome)).text(content).take();
    };
    try {
        return answered(Outcome::evaluation, encode(evaluate(mapping_of_key(in.text()))));
    } catch (const Error& error) {
        return answered(error.exit_status() == 1 ? Outcome::illegal_error : Outcome::input_error, error.what());
    } catch (const std::bad_alloc&) {
        return answered(Outcome::out_of_memory, "");
    } catch (const std::exception& error) {
        return answered(Outcome::fault, error.what());
    }
}

Answer read_answer(const std::string& bytes) {
    ByteReader in(bytes);
    Answer out;
    out.number = in.number();
    auto outcome = static_cast<Outcome>(in.number());
    std::string content(in.text());
    out.evaluation = [outcome, content] {
        if (outcome != Outcome::evaluation) throw_again(outcome, content);
        return decode_evaluation(content);
    };
    return out;
}

} // namespace arsia
