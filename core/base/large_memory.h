#pragma once

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace vernier {

/// Gives buffers of 4 MB and more back to the system as soon as they are freed. Left alone, the allocator keeps what a
/// block's weights and Grams took, up to 32 MB apiece, and a memory ceiling would be exceeded by what nobody uses.
/// For main().
inline void returnLargeMemory() {
#if defined(__GLIBC__)
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

} // namespace vernier
