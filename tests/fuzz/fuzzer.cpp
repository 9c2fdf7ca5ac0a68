// libFuzzer's entry; ARSIA_FUZZED is the name of the reader that this fuzzer feeds.
#include "tests/fuzz/readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    arsia::fuzz::find_reader(ARSIA_FUZZED)({reinterpret_cast<const char*>(data), size});
    return 0;
}
