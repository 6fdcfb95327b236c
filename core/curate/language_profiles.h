#pragma once

#include "core/curate/script.h"

#include <span>
#include <string_view>

namespace vernier {

/// Describes a language by a few dozen of its commonest words and by the letters that mark it.
struct LanguageProfile {
    std::string_view code; ///< ISO 639-1
    Script script = Script::Latin;
    std::string_view words;   ///< lower case, separated by blanks
    std::string_view letters; ///< letters that most other languages of the script lack
};

/// The languages that share their script with others.
std::span<const LanguageProfile> languageProfiles();

} // namespace vernier
