#pragma once

#include "core/dataset/calibration_set.h"
#include "core/dataset/corpus.h"

#include <string>

namespace vernier {

/// SHA-256 over the content hashes of a set's documents, in its order and as often as they stand in it, and over the
/// JSON of its recipe: equal fingerprints give equal windows with equal tokenizers. Name and purpose, and where texts
/// came from, do not count.
std::string setFingerprint(const CalibrationSet& set, const Corpus& corpus);

} // namespace vernier
