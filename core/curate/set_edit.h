#pragma once

#include "core/dataset/calibration_set.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Is what an edit made of a set, and what it did in one line ("left out 3 documents"), for the history.
struct SetEdit {
    CalibrationSet set;
    std::string description;
};

// Edits of one set. None changes its argument; documents are corpus numbers, in any order, and those that an edit has
// nothing to do with are ignored.

/// Puts documents behind the others, in the order given; those that are in the set already are not put there twice.
SetEdit addDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents);

/// Takes every occurrence of documents out.
SetEdit excludeDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents);

/// Takes every occurrence of all other documents out.
SetEdit keepOnlyDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents);

/// Makes each of documents that is in the set stand there `times` times, one behind the other where it stood first. 0
/// takes them out. Throws Error{Input} when times is not from 0 to 1000 or the set would pass 2^24 places.
SetEdit multiplyDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents, int times);

/// Makes documents the set's order; those of the set that are not among them follow in the order they had.
SetEdit reorderDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents);

/// Puts the places in a random order; the same seed gives the same order.
SetEdit shuffleDocuments(const CalibrationSet& set, std::uint64_t seed);

/// Gives the set another recipe. Throws Error{Input} when it is not valid.
SetEdit changeRecipe(const CalibrationSet& set, const PackingRecipe& recipe);

SetEdit changePurpose(const CalibrationSet& set, SetPurpose purpose);

/// Is what an edit made of all sets of a project.
struct SetsEdit {
    std::vector<CalibrationSet> sets;
    std::string description;
};

using SetList = std::span<const CalibrationSet>;

// Edits of all sets. Throw Error{Input} when there is no set of a name, or when a name is taken, empty, longer than 200
// bytes or not valid UTF-8.

/// Puts an edited set in the place of the one that has its name.
SetsEdit replaceSet(SetList sets, const SetEdit& edit);
SetsEdit createSet(SetList sets, const CalibrationSet& set);
SetsEdit renameSet(SetList sets, const std::string& name, const std::string& newName);
SetsEdit duplicateSet(SetList sets, const std::string& name, const std::string& copyName);
SetsEdit deleteSet(SetList sets, const std::string& name);

/// The set of that name. Throws Error{Input} listing the sets there are.
const CalibrationSet& requireSet(SetList sets, const std::string& name);

} // namespace vernier
