#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

/// What stands between documents when they are concatenated.
enum class Separator {
    EndOfText, ///< the model's end-of-text token follows every document
    None,      ///< documents follow each other directly
};

/// Says how documents become token windows.
struct PackingRecipe {
    Separator separator = Separator::EndOfText;
    bool applyChatTemplate =
        true; ///< conversations go through the model's template; otherwise their contents are joined by line breaks
    int sequenceLength = 256; ///< tokens per window
    int maxWindows = 0;       ///< the first windows that are kept; 0 keeps all

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is an ordered selection of a corpus, by document index; the same document may stand in it more than once.
struct CalibrationSet {
    std::string name;
    std::vector<std::uint32_t> documents;
};

} // namespace vernier
