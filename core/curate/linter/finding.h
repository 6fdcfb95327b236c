#pragma once

#include "core/curate/set_edit.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// What the linter finds in a set and its recipe.
enum class LintKind {
    RecipeRefused,       ///< the recipe wants a token that the tokenizer does not have
    DoubleBegin,         ///< a begin-of-text token is put before a text that begins with one
    MissingEnd,          ///< documents run into each other without an end-of-text token
    SpecialTokensInText, ///< plain text spells special tokens, which the tokenizer takes for real ones
    Padding,             ///< windows hold padding, which other tools would count
    Truncated,           ///< documents are longer than the window they get
    CutConversations,    ///< conversations cross the edge of a window
    TooFewTokens,        ///< the widest Gram matrix cannot have full rank
    NoTemplate,          ///< conversations, and the model has no chat template
    TemplateOff,         ///< conversations, and the recipe leaves the model's template out
    TemplateRefuses,     ///< conversations the template raises an exception for
    PlainForChat,        ///< a chat model, and mostly plain text
    AutoAwqDrops,        ///< documents AutoAWQ leaves out without a word
    AutoRoundDrops,      ///< documents AutoRound leaves out without a word
    GptqModelDrops,      ///< documents GPTQModel leaves out without a word
    Empty,
    Garbled,
    Repetitive,
    TooShort,
    TooLong,
    ExactDuplicates,
    NearDuplicates,
    EvaluationInside, ///< documents of the evaluation set
    LanguageAbsent,   ///< a language of the evaluation set is missing
    DomainAbsent,     ///< a domain of the evaluation set is missing
};

/// How much a finding matters: something to know, something that makes results worse, something that stops a run.
enum class LintSeverity { Information, Warning, Error };

/// Holds the stable name of a kind, on the command line and in JSON ("double-bos").
struct LintKindName {
    LintKind kind;
    std::string_view name;
};
std::span<const LintKindName> lintKindNames();
std::string_view nameOf(LintKind kind);
std::string_view nameOf(LintSeverity severity);

/// The kind of that name. Throws Error{Input} listing the names there are.
LintKind lintKindFromName(std::string_view name);

/// Says how a set is changed so that a finding goes away: another recipe, documents left out, or both.
struct LintRepair {
    std::string label; ///< "Leave 3 documents out"
    std::vector<std::uint32_t> leaveOut;
    std::optional<PackingRecipe> recipe;
};

/// The set as the repair makes it, which should be the set that was linted.
SetEdit applyRepair(const CalibrationSet& set, const LintRepair& repair);

/// Is one thing the linter found.
struct LintFinding {
    static constexpr std::size_t kMostListed = 1000;

    LintKind kind = LintKind::Empty;
    LintSeverity severity = LintSeverity::Information;
    std::string sentence = {}; ///< what it is and how much of it, plainly
    std::uint64_t count = 0;   ///< distinct documents that it concerns; 0 when it is about the whole set
    std::vector<std::uint32_t> documents =
        {}; ///< the first kMostListed of them, numbers in the corpus, in the set's order
    std::optional<LintRepair> repair = {};
};

} // namespace vernier
