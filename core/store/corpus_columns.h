#pragma once

#include "core/dataset/document.h"
#include "core/store/h5_file.h"

#include <span>
#include <vector>

namespace vernier {

/// Stores documents column by column under "corpus/"; texts that repeat (source, domain, field, tags) once each.
void writeCorpus(H5File& file, std::span<const Document> documents);

/// Throws Error{Input} naming file and dataset when columns do not fit each other.
std::vector<Document> readCorpus(const H5File& file);

} // namespace vernier
