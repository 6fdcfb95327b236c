#include "core/dataset/packing_names.h"

#include "core/base/error.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr ChoiceName<Separator> kSeparators[] = {{Separator::EndOfText, "end_of_text"},
                                                 {Separator::None, "none"},
                                                 {Separator::Text, "text"},
                                                 {Separator::Token, "token"}};
constexpr ChoiceName<PackingMode> kModes[] = {{PackingMode::Concatenate, "concatenate"},
                                              {PackingMode::OnePerWindow, "one_per_window"}};
constexpr ChoiceName<Truncation> kTruncations[] = {
    {Truncation::Head, "head"}, {Truncation::Tail, "tail"}, {Truncation::RandomOffset, "random_offset"}};
constexpr ChoiceName<ShortDocuments> kShortDocuments[] = {{ShortDocuments::Pad, "pad"},
                                                          {ShortDocuments::LeaveOut, "leave_out"}};
constexpr ChoiceName<BeginOfText> kBegins[] = {{BeginOfText::None, "none"},
                                               {BeginOfText::PerWindow, "per_window"},
                                               {BeginOfText::PerDocument, "per_document"},
                                               {BeginOfText::AsTokenizer, "as_tokenizer"}};
constexpr ChoiceName<EndOfText> kEnds[] = {{EndOfText::None, "none"}, {EndOfText::PerDocument, "per_document"}};
constexpr ChoiceName<SetPurpose> kPurposes[] = {{SetPurpose::Calibration, "calibration"},
                                                {SetPurpose::Evaluation, "evaluation"}};

} // namespace

template <>
std::span<const ChoiceName<Separator>> choiceNames() {
    return kSeparators;
}
template <>
std::span<const ChoiceName<PackingMode>> choiceNames() {
    return kModes;
}
template <>
std::span<const ChoiceName<Truncation>> choiceNames() {
    return kTruncations;
}
template <>
std::span<const ChoiceName<ShortDocuments>> choiceNames() {
    return kShortDocuments;
}
template <>
std::span<const ChoiceName<BeginOfText>> choiceNames() {
    return kBegins;
}
template <>
std::span<const ChoiceName<EndOfText>> choiceNames() {
    return kEnds;
}
template <>
std::span<const ChoiceName<SetPurpose>> choiceNames() {
    return kPurposes;
}

template <class Choice>
std::string_view nameOf(Choice choice) {
    return std::ranges::find(choiceNames<Choice>(), choice, &ChoiceName<Choice>::choice)->name;
}

template <class Choice>
Choice choiceFromName(std::string_view key, std::string_view name) {
    const auto names = choiceNames<Choice>();
    const auto found = std::ranges::find(names, name, &ChoiceName<Choice>::name);
    if (found != names.end())
        return found->choice;
    std::vector<std::string_view> known;
    for (const auto& choice : names)
        known.push_back(choice.name);
    throw Error(ErrorKind::Input, std::string(key), fmt::format("{} is not known", name.substr(0, 60)),
                fmt::format("use {}", fmt::join(known, ", ")));
}

#define VERNIER_CHOICE(Choice)                                                                                         \
    template std::string_view nameOf(Choice);                                                                          \
    template Choice choiceFromName<Choice>(std::string_view, std::string_view);
VERNIER_CHOICE(Separator)
VERNIER_CHOICE(PackingMode)
VERNIER_CHOICE(Truncation)
VERNIER_CHOICE(ShortDocuments)
VERNIER_CHOICE(BeginOfText)
VERNIER_CHOICE(EndOfText)
VERNIER_CHOICE(SetPurpose)
#undef VERNIER_CHOICE

} // namespace vernier
