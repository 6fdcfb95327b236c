#pragma once

#include "core/model/architecture.h"
#include "core/model/config_reader.h"

namespace vernier {

/// Are the values that a family takes for keys its config.json leaves out; the library that writes these files drops
/// what equals its own.
struct FamilyDefaults {
    int keyValueHeads = 0; ///< 0: as many as heads
    Index headSize = 0;    ///< 0: hidden_size / num_attention_heads
    int maxPositions = 2048;
    double normEpsilon = 1e-6;
    double theta = 10000.0;
    bool tiedHead = false;
    bool partialRotary = false; ///< partial_rotary_factor says how much of a head turns
    const char* activationKey = "hidden_act";
    const char* activation = "silu";
};

/// Reads what most families share: sizes, heads, RMS norms, rotary positions in every block, activation.
ArchitectureSpec readCommon(const ConfigReader& config, const FamilyDefaults& defaults);

/// Reads an activation by its name; refuses others, saying what is known.
Activation readActivation(const ConfigReader& config, const char* key, const char* fallback);

/// Reads rotary positions of size components from rope_theta and rope_scaling, or from rope_parameters, the newer name
/// of both, which may hold an object per type of block.
RotarySpec readRotary(const ConfigReader& config, Index size, double defaultTheta,
                      const char* blockType = "full_attention");

/// The components of a head that turn when only a share of them does; key names the share in errors.
Index rotaryShare(const ConfigReader& config, Index headSize, double share, const char* key);

/// Gives every block the same window.
void slideEverywhere(ArchitectureSpec& spec, Index window);

/// Gives the window to the blocks that layer_types calls sliding_attention, or without that key to those that
/// slides(block) chooses.
void slideByLayerTypes(ArchitectureSpec& spec, const ConfigReader& config, Index window, bool (*slides)(int, Index),
                       Index pattern);

/// The largest size that a key may give.
inline constexpr Index kSizeLimit = 1 << 20;

} // namespace vernier
