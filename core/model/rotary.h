#pragma once

#include "core/tensor/matrix.h"

#include <vector>

namespace vernier {

/// Is how rotary frequencies are stretched for texts longer than the model was first trained on.
enum class RopeScaling {
    None,
    Linear,  ///< all frequencies divided by factor
    Dynamic, ///< the base grows with the length of the text ("dynamic NTK")
    Llama3,  ///< low frequencies divided by factor, high ones kept, a ramp between
    Yarn, ///< the like by rotations over the first training length, cosines scaled (Peng et al. 2023, arXiv 2309.00071)
    LongRope, ///< a factor for every component, other ones for texts longer than the first training; cosines scaled
              ///< (Ding et al. 2024, arXiv 2402.13753)
};

/// Describes rotary positions (Su et al. 2021, arXiv 2104.09864) in Hugging Face's half-split order: component i of a
/// head turns with component i + size / 2.
struct RotarySpec {
    Index size = 0; ///< components of a head that turn, from its first on
    double theta = 10000.0;
    RopeScaling scaling = RopeScaling::None;
    double factor = 1.0;
    double lowFrequencyFactor = 1.0, highFrequencyFactor = 4.0; ///< Llama3
    double betaFast = 32.0, betaSlow = 1.0;                     ///< Yarn, in rotations
    bool truncate = true;                                       ///< Yarn: the ramp begins and ends at whole components
    double attentionFactor = 1.0;                               ///< Yarn, LongRope: on cosines and sines
    Index originalPositions = 0;                                ///< positions of the first training
    std::vector<double> shortFactors = {}, longFactors = {};    ///< LongRope, size / 2: frequencies are divided by them

    /// Whether texts of so many tokens turn by other angles than those within the first training.
    bool dependsOnLength(Index length) const {
        return (scaling == RopeScaling::Dynamic || scaling == RopeScaling::LongRope) && length > originalPositions;
    }
    /// Whether texts of two lengths turn by the same angles.
    bool sameAngles(Index a, Index b) const {
        if (dependsOnLength(a) != dependsOnLength(b))
            return false;
        return a == b || !dependsOnLength(a) || scaling == RopeScaling::LongRope;
    }
};

/// Holds cosines and sines of the rotary angles of a text of so many tokens, [positions, size / 2] each.
struct RotaryTable {
    Matrix cosine, sine;

    RotaryTable(const RotarySpec& spec, Index positions);
};

} // namespace vernier
