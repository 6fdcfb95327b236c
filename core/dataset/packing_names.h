#pragma once

#include "core/dataset/calibration_set.h"

#include <span>
#include <string_view>

namespace vernier {

/// Binds a choice of a recipe or set to the word it has in files, on the command line and in messages.
template <class Choice>
struct ChoiceName {
    Choice choice;
    std::string_view name;
};

/// All names of a choice. Defined for Separator, PackingMode, Truncation, ShortDocuments, BeginOfText, EndOfText and
/// SetPurpose.
template <class Choice>
std::span<const ChoiceName<Choice>> choiceNames();

template <class Choice>
std::string_view nameOf(Choice choice);

/// The choice of that name. Throws Error{Input} whose place is key, listing the names there are.
template <class Choice>
Choice choiceFromName(std::string_view key, std::string_view name);

} // namespace vernier
