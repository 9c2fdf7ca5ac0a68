#include "tests/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    arsia::fuzz::read_sweep_spec(data, size);
    return 0;
}
