#include "npu.h"

#include <algorithm>
#include <cstring>

using sc_core::SC_NS;
using sc_core::sc_time;

Npu::Npu(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    socket.register_b_transport(this, &Npu::b_transport);
}

void Npu::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
    if (!payload.is_write() || payload.get_address() != 0 || payload.get_data_length() != sizeof(NpuCommand)) {
        payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    NpuCommand command;
    std::memcpy(&command, payload.get_data_ptr(), sizeof command);
    wait(delay + sc_time(40, SC_NS)); // decoding
    ++commands_;
    std::uint64_t array_ns = (command.macs + macs_per_ns - 1) / macs_per_ns;
    std::uint64_t port_ns = (command.bytes_in + command.bytes_out + bytes_per_ns - 1) / bytes_per_ns;
    delay = sc_time(static_cast<double>(std::max(array_ns, port_ns)), SC_NS);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}
