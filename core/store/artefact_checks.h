#pragma once

#include "core/store/h5_file.h"

#include <cstddef>
#include <string>
#include <vector>

namespace vernier::artefact {

// What the readers of artefacts share. All throw Error{Input} naming file and dataset.

inline constexpr const char* kKind = "kind"; ///< attribute of every artefact

[[noreturn]] void refuse(const H5File& file, const std::string& dataset, std::string problem);

void requireCount(const H5File& file, const std::string& dataset, std::size_t count, std::size_t wanted);

template <class List>
void requireSize(const H5File& file, const std::string& dataset, const List& list, std::size_t size) {
    requireCount(file, dataset, list.size(), size);
}

void requireKind(const H5File& file, const char* kind);

/// The dataset "block": one index that a model may have.
int readBlockIndex(const H5File& file);

} // namespace vernier::artefact
