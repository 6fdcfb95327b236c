#pragma once

#include "core/model/architecture.h"

#include <cstdint>

namespace vernier {

/// Counts the memory of a calibration pass by what it holds at once, in bytes. Memory here is the process's own; mapped
/// weights and files that the system keeps in its cache can be dropped at any time and do not count.
struct PassMemory {
    bool hiddenInMemory = true;
    std::uint64_t hidden = 0;  ///< the hidden states of all windows, or the one chunk of them that is in memory
    std::uint64_t weights = 0; ///< the largest block, packed
    std::uint64_t loading = 0; ///< its largest weight a second time, while it is being packed
    std::uint64_t scratch = 0; ///< activations in flight inside the block
    std::uint64_t grams = 0;   ///< of the largest block, and the other statistics of its taps
    std::uint64_t saving = 0;  ///< the artefact of the block and its longest column of numbers, before they are written

    /// Loading, running and saving a block follow each other; hidden states stay.
    std::uint64_t peak() const;
};

/// Plans a pass over a number of tokens within `limit` bytes: hidden states stay in memory when everything fits, else
/// they go to the disk. Throws Error{Input} naming the least limit that works when even that is too much.
PassMemory planPassMemory(const ArchitectureSpec& spec, Index tokens, Index sequenceLength, std::uint64_t limit);

/// Half of the memory that the system says is available now; 4 GiB where it does not say.
std::uint64_t defaultMemoryLimit();

} // namespace vernier
