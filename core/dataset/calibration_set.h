#pragma once

#include "core/dataset/document_list.h"
#include "core/dataset/packing_recipe.h"

#include <string>

namespace vernier {

/// What a set is for. Evaluation sets are held out: nothing that calibrates should read them.
enum class SetPurpose { Calibration, Evaluation };

/// Is an ordered selection of a corpus, by document number, with the recipe that turns it into tokens. The same
/// document may stand in it more than once. Copies are cheap.
struct CalibrationSet {
    std::string name; ///< unique in the project
    DocumentList documents;
    SetPurpose purpose = SetPurpose::Calibration;
    PackingRecipe recipe = {};

    bool operator==(const CalibrationSet&) const = default;
};

} // namespace vernier
