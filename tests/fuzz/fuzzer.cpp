// libFuzzer's entry; ARSIA_FUZZED is the name of the reader that this fuzzer feeds.
#include <algorithm>
#include <string>

#include "tests/fuzz/hdf5_mutator.h"
#include "tests/fuzz/readers.h"

#ifdef ARSIA_FUZZED_IS_HDF5
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Mostly other values, now and then other bytes.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    std::string file(reinterpret_cast<const char*>(data), size);
    std::string changed = seed % 16 == 0 ? file : arsia::fuzz::change_values(file, seed);
    if (changed == file || changed.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::copy(changed.begin(), changed.end(), data);
    return changed.size();
}
#endif

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    arsia::fuzz::find_reader(ARSIA_FUZZED)({reinterpret_cast<const char*>(data), size});
    return 0;
}
