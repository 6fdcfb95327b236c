#pragma once

#include "core/calibrate/calibration_pass.h"
#include "core/quantize/quantize_model.h"
#include "core/store/h5_file.h"
#include "core/store/settings_json.h"

namespace vernier {

// What the artefacts of the cache hold, written to and read from an open file; layout in core/store/README.md. Reading
// checks every size against the others and throws Error{Input} when they do not fit.

/// Stores the statistics of a block; Grams, being symmetric, as their lower triangles.
void writeBlockStatistics(H5File& file, const BlockStatistics& statistics);
BlockStatistics readBlockStatistics(const H5File& file);
/// The same without Grams, which are read one after the other only to see that they are intact.
BlockStatistics readBlockTaps(const H5File& file);

/// Stores a quantized block, its codes packed to as many bits as they have.
void writeQuantizedBlock(H5File& file, const QuantizedBlock& block);
QuantizedBlock readQuantizedBlock(const H5File& file);

} // namespace vernier
