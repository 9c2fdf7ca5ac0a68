#include "tlm_accelerator.h"

TlmAccelerator::TlmAccelerator(const sc_core::sc_module_name& name) : sc_module(name), npu_("npu"), socket_("socket") {
    socket_.bind(npu_.socket);
    SC_THREAD(run_jobs); // b_transport may wait, and so needs a thread
}

void TlmAccelerator::start(const arsia::ComputeJob& job, arsia::EndJob end) {
    const arsia::TilePlan& plan = job.plan;
    command_ = {static_cast<std::uint64_t>(plan.macs), static_cast<std::uint64_t>(plan.input_bytes + plan.weight_bytes),
                static_cast<std::uint64_t>(plan.store_bytes)};
    end_ = std::move(end);
    started_.notify(sc_core::SC_ZERO_TIME);
}

void TlmAccelerator::run_jobs() {
    for (;;) {
        wait(started_);
        tlm::tlm_generic_payload payload;
        payload.set_command(tlm::TLM_WRITE_COMMAND);
        payload.set_address(0);
        payload.set_data_ptr(reinterpret_cast<unsigned char*>(&command_));
        payload.set_data_length(sizeof command_);
        payload.set_streaming_width(sizeof command_);
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        socket_->b_transport(payload, delay);
        if (payload.is_response_error()) SC_REPORT_ERROR("TlmAccelerator", payload.get_response_string().c_str());
        // SystemC counts in picoseconds, as arsia does, unless sc_set_time_resolution was called.
        end_(static_cast<arsia::TimePs>(delay.value()));
    }
}
