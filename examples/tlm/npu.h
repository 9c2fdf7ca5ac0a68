// An accelerator that knows nothing of arsia: a SystemC module with a TLM-2.0 target socket.
#pragma once

#include <cstdint>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

/// What a write to the socket carries.
struct NpuCommand {
    std::uint64_t macs;     ///< multiply-accumulates; 0: an element-wise operation
    std::uint64_t bytes_in; ///< activations and weights
    std::uint64_t bytes_out;
};

/// Loosely timed. Takes a command by a write to address 0, decodes it (the caller waits), and returns as delay the time
/// that the slower of array and port needs.
class Npu final : public sc_core::sc_module {
public:
    static constexpr std::uint64_t macs_per_ns = 512, bytes_per_ns = 64;

    explicit Npu(const sc_core::sc_module_name& name);

    tlm_utils::simple_target_socket<Npu> socket;
    std::uint64_t commands() const { return commands_; }

private:
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

    std::uint64_t commands_ = 0;
};
