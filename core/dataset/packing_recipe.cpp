#include "core/dataset/packing_recipe.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

namespace {

// Two tokens are the fewest of which one predicts the other; the upper end is far beyond any context length.
constexpr int kMinSequenceLength = 2;
constexpr int kMaxSequenceLength = 1 << 20;
constexpr std::size_t kLongestSeparator = 1000; // bytes

} // namespace

void PackingRecipe::validate() const {
    if (sequenceLength < kMinSequenceLength || sequenceLength > kMaxSequenceLength)
        throw Error(ErrorKind::Input, "sequence_length", fmt::format("{} is out of range", sequenceLength),
                    fmt::format("choose {} to {} tokens", kMinSequenceLength, kMaxSequenceLength));
    if (maxWindows < 0)
        throw Error(ErrorKind::Input, "max_windows", fmt::format("{} is out of range", maxWindows),
                    "choose 0 for all windows, or a number of windows");
    if (minimumTokens < 0)
        throw Error(ErrorKind::Input, "minimum_tokens", fmt::format("{} is out of range", minimumTokens),
                    "choose 0 to keep every document, or a number of tokens");
    if (minimumCharacters < 0)
        throw Error(ErrorKind::Input, "minimum_characters", fmt::format("{} is out of range", minimumCharacters),
                    "choose 0 to keep every document, or a number of characters");
    const bool named = separator == Separator::Text || separator == Separator::Token;
    if (named && separatorText.empty())
        throw Error(ErrorKind::Input, "separator_text", "is empty", "give the text or the token that separates");
    if (separatorText.size() > kLongestSeparator)
        throw Error(ErrorKind::Input, "separator_text", fmt::format("has {} bytes", separatorText.size()),
                    fmt::format("give at most {}", kLongestSeparator));
}

} // namespace vernier
