#pragma once

#include "core/text/normalizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Maps short texts to replacements: sentencepiece's precompiled character map, a double-array trie (darts-clone) of
/// 32-bit units before the zero-terminated replacements it points into.
class PrecompiledCharsmap {
public:
    /// Reads the bytes of a map. Throws Error{Input} naming place when a unit could lead outside the trie or the
    /// replacements, so that every walk stays inside.
    PrecompiledCharsmap(std::string_view bytes, const std::string& place);

    /// The replacement for the shortest prefix of text that has one.
    std::optional<std::string_view> replacement(std::string_view text) const;

private:
    std::vector<std::uint32_t> m_units;
    std::string m_replacements;
};

/// Applies such a map to composed text (NFC): to grapheme clusters, then to characters ("Precompiled").
class PrecompiledNormalizer : public Normalizer {
public:
    explicit PrecompiledNormalizer(const JsonView& json);
    void normalize(AlignedText& text, TextScratch& scratch) const override;

private:
    std::optional<PrecompiledCharsmap> m_map; ///< nothing when the file gives none: the text stays
};

} // namespace vernier
