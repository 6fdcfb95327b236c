#pragma once

#include "core/model/architecture.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Holds cosines and sines of the rotary angles, [positions, headSize / 2] each (Su et al. 2021, arXiv 2104.09864).
struct RotaryTable {
    Matrix cosine, sine;

    RotaryTable(const ArchitectureSpec& spec, Index positions);
};

} // namespace vernier
