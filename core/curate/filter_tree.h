#pragma once

#include "core/curate/filter.h"

#include <string>
#include <vector>

namespace vernier {

// The tree a filter expression is parsed into; parser, evaluation and completion share it.

enum class FilterField { Domain, Tag, Source, Language, Script, Set };
enum class FilterNumber { Tokens, Bytes, Perplexity, CoverageGain };
enum class FilterFlag { Duplicate, Conversation, PlainText, Chosen };

/// Is one term of a filter, or terms joined. Which members count depends on kind.
struct FilterNode {
    enum class Kind { All, Any, Not, Phrase, Name, Range, Flag };
    Kind kind = Kind::All;
    std::vector<FilterNode> children; ///< All, Any: two or more; Not: one
    std::string text;                 ///< Phrase: what to find; Name: the pattern
    FilterField field = FilterField::Domain;
    FilterNumber number = FilterNumber::Tokens;
    FilterFlag flag = FilterFlag::Duplicate;
    double low = 0, high = 0;               ///< Range, in between or equal
    bool openLow = false, openHigh = false; ///< Range, when the end itself does not belong to it
    std::size_t column = 1;                 ///< where the term begins, in characters from 1
};

/// Binds the spelling of a field to what it means.
struct FilterFieldName {
    std::string_view name;
    FilterField field;
};
struct FilterNumberName {
    std::string_view name;
    FilterNumber number;
};
inline constexpr FilterFieldName kFilterFields[] = {{"domain", FilterField::Domain}, {"tag", FilterField::Tag},
                                                    {"source", FilterField::Source}, {"lang", FilterField::Language},
                                                    {"script", FilterField::Script}, {"in", FilterField::Set}};
inline constexpr FilterNumberName kFilterNumbers[] = {{"tokens", FilterNumber::Tokens},
                                                      {"bytes", FilterNumber::Bytes},
                                                      {"ppl", FilterNumber::Perplexity},
                                                      {"gain", FilterNumber::CoverageGain}};

} // namespace vernier
