#include "core/model/rotary.h"

#include <cmath>

namespace vernier {

RotaryTable::RotaryTable(const ArchitectureSpec& spec, Index positions)
    : cosine(positions, spec.headSize / 2), sine(positions, spec.headSize / 2) {
    for (Index i = 0; i < cosine.cols(); ++i) {
        const double frequency =
            std::pow(spec.ropeTheta, -2.0 * static_cast<double>(i) / static_cast<double>(spec.headSize));
        for (Index position = 0; position < positions; ++position) {
            const double angle = static_cast<double>(position) * frequency;
            cosine(position, i) = static_cast<float>(std::cos(angle));
            sine(position, i) = static_cast<float>(std::sin(angle));
        }
    }
}

} // namespace vernier
