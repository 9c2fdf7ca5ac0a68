// Puts the NPU into arsia's platform: gets compute tasks, and talks to the NPU as any bus master would.
#pragma once

#include <optional>

#include <tlm_utils/simple_initiator_socket.h>

#include "npu.h"
#include "sim/accelerator_model.h"

class TlmAccelerator final : public sc_core::sc_module, public arsia::AcceleratorModel {
public:
    SC_HAS_PROCESS(TlmAccelerator);
    explicit TlmAccelerator(const sc_core::sc_module_name& name);

    void start(const arsia::ComputeJob& job, arsia::EndJob end) override;

private:
    void run_jobs();

    Npu npu_;
    tlm_utils::simple_initiator_socket<TlmAccelerator> socket_;
    sc_core::sc_event started_;
    NpuCommand command_{};
    arsia::EndJob end_; ///< of the job that runs
};
