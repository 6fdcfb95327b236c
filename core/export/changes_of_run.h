#pragma once

#include "core/model/model_changes.h"
#include "core/quantize/quantize_model.h"

#include <functional>

namespace vernier {

/// What a run does to its model; block gives its blocks and is asked for one at a time, held until the next. Scales of
/// a run whose scales are foldable are where its exports put them: divided out of the norms, biases and rows in front,
/// rounded as these are stored, so that a run is judged by the very numbers of its checkpoint. Otherwise, and in
/// blocks where overrides keep them from folding, weights stand in the unchanged model. Refers to the model. Throws as
/// block does.
ModelChanges changesOfRun(const Model& model, const QuantizeSettings& settings,
                          std::function<QuantizedBlock(int block)> block);

} // namespace vernier
