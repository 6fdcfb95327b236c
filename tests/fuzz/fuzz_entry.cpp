// What libFuzzer calls; VERNIER_FUZZ_TARGET names the target of the program.
#include "tests/fuzz/fuzz_targets.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    vernier::fuzz::VERNIER_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
