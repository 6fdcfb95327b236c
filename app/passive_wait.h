#pragma once

#include <array>
#include <cstdlib>
#include <unistd.h>

namespace vernier {

/// Starts the program again with OMP_WAIT_POLICY=passive, unless the user has chosen a policy. Compute threads that
/// spin while they wait take the processor from the interface and from other programs; on a busy machine that costs far
/// more than it saves. The OpenMP runtime reads the variable when it is loaded, before main(), hence the second start.
inline void waitPassively(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY"))
        return;
    std::array<char, 4096> program{}; // by its own path, so that process lists show its name
    if (::readlink("/proc/self/exe", program.data(), program.size() - 1) <= 0)
        return;
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::execv(program.data(), argv); // returns only when it fails; then the program goes on as it is
}

} // namespace vernier
