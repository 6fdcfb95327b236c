#pragma once

#include "core/dataset/corpus.h"
#include "core/store/h5_file.h"

namespace vernier {

/// Reads the corpus of a project of format 1, which kept hashes as hexadecimal texts, source, field and tags each for
/// itself, and no times. Throws as readCorpus does.
Corpus readCorpusOfFormat1(const H5File& file);

} // namespace vernier
