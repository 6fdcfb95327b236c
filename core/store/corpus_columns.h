#pragma once

#include "core/dataset/corpus.h"
#include "core/store/h5_file.h"

namespace vernier {

/// Stores documents column by column under "corpus/"; what repeats (origin, domain) stands there once.
void writeCorpus(H5File& file, const Corpus& corpus);

/// Reads what writeCorpus has written in a project of that format (1 or 2). Throws Error{Input} naming file and dataset
/// when columns do not fit each other.
Corpus readCorpus(const H5File& file, int format);

} // namespace vernier
