#pragma once

/// Compiles a function for plain x86-64, AVX2 and AVX-512 and picks one when the program loads, so that one packaged
/// binary is fast everywhere. Empty where the loader trick is not to be had: other compilers, other processors, and
/// under sanitizers, whose runtimes are not ready when the pick is made.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define VERNIER_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VERNIER_MULTIVERSION
#endif
