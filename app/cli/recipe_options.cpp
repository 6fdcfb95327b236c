#include "app/cli/recipe_options.h"

#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace vernier::cli {

namespace {

constexpr std::string_view kTextPrefix = "text:", kTokenPrefix = "token:";
constexpr int kMost = 1 << 20;

/// Sets what a word of --separator says; false for one that says nothing.
bool readSeparator(std::string_view word, PackingRecipe& recipe) {
    recipe.separatorText.clear();
    if (word == "end-of-text")
        recipe.separator = Separator::EndOfText;
    else if (word == "none")
        recipe.separator = Separator::None;
    else if (word.starts_with(kTextPrefix)) {
        recipe.separator = Separator::Text;
        recipe.separatorText = word.substr(kTextPrefix.size());
    } else if (word.starts_with(kTokenPrefix)) {
        recipe.separator = Separator::Token;
        recipe.separatorText = word.substr(kTokenPrefix.size());
    } else
        return false;
    return true;
}

} // namespace

template <class Field>
void RecipeOptions::change(Field PackingRecipe::*field, Field value) {
    m_changes.push_back([field, value](PackingRecipe& recipe) { recipe.*field = value; });
}

template <class Field>
void RecipeOptions::addNumber(CLI::App& verb, const char* option, Field PackingRecipe::*field, Field least, Field most,
                              const char* help) {
    verb.add_option_function<Field>(
            option, [this, field](const Field& value) { change(field, value); }, help)
        ->check(CLI::Range(least, most));
}

template <class Field>
void RecipeOptions::addChoice(CLI::App& verb, const char* option, Field PackingRecipe::*field,
                              std::vector<std::pair<std::string, Field>> words, const char* help) {
    verb.add_option_function<Field>(
            option, [this, field](const Field& value) { change(field, value); }, help)
        ->transform(CLI::CheckedTransformer(std::move(words)));
}

template <class Field>
void RecipeOptions::addFlag(CLI::App& verb, const char* option, Field PackingRecipe::*field, Field value,
                            const char* help) {
    verb.add_flag_callback(
        option, [this, field, value] { change(field, value); }, help);
}

void RecipeOptions::addSeparator(CLI::App& verb) {
    const auto check = [](const std::string& word) {
        PackingRecipe recipe;
        return readSeparator(word, recipe) ? std::string() : "is none of end-of-text, none, text:TEXT, token:NAME";
    };
    const auto read = [this](const std::string& word) {
        m_changes.push_back([word](PackingRecipe& recipe) { readSeparator(word, recipe); });
    };
    verb.add_option_function<std::string>("--separator", read,
                                          "What follows each concatenated document: end-of-text, none, text:TEXT or "
                                          "token:NAME (default: the set's)")
        ->check(CLI::Validator(check, "SEPARATOR"));
}

void RecipeOptions::addTo(CLI::App& verb) {
    using Recipe = PackingRecipe;
    addNumber(verb, "--windows", &Recipe::maxWindows, 0, kMost,
              "Windows to use, the first ones; 0 uses all (default: the set's, or else 32)");
    addNumber(verb, "--sequence-length", &Recipe::sequenceLength, 2, kMost, "Tokens per window (default: the set's)");
    addFlag(verb, "--no-chat-template", &Recipe::applyChatTemplate, false,
            "Join the messages of conversations by line breaks");
    addChoice(verb, "--pack", &Recipe::mode,
              {{"concatenate", PackingMode::Concatenate}, {"single", PackingMode::OnePerWindow}},
              "Concatenate documents and cut, or give each a window (default: the set's)");
    addChoice(verb, "--truncate", &Recipe::truncation,
              {{"head", Truncation::Head}, {"tail", Truncation::Tail}, {"random", Truncation::RandomOffset}},
              "With --pack single: the part of a long document that stays");
    addChoice(verb, "--short", &Recipe::shortDocuments,
              {{"pad", ShortDocuments::Pad}, {"leave-out", ShortDocuments::LeaveOut}},
              "With --pack single: what happens to a document shorter than its window");
    addSeparator(verb);
    addChoice(verb, "--bos", &Recipe::beginOfText,
              {{"none", BeginOfText::None},
               {"window", BeginOfText::PerWindow},
               {"document", BeginOfText::PerDocument},
               {"tokenizer", BeginOfText::AsTokenizer}},
              "Where the begin-of-text token stands; tokenizer: as the model's tokenizer marks texts, at both ends");
    addFlag(verb, "--eos", &Recipe::endOfText, EndOfText::PerDocument, "End every document by the end-of-text token");
    addNumber(verb, "--min-tokens", &Recipe::minimumTokens, 0, kMost, "Leave out documents with fewer tokens");
    addNumber(verb, "--min-characters", &Recipe::minimumCharacters, 0, std::numeric_limits<int>::max(),
              "Leave out documents with fewer characters");
    addFlag(verb, "--shuffle", &Recipe::shuffle, true, "Take documents in a random order, by the seed");
    addNumber(verb, "--seed", &Recipe::seed, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max(),
              "Of the order and of random truncation");
}

PackingRecipe RecipeOptions::changed(PackingRecipe recipe) const {
    for (const auto& change : m_changes)
        change(recipe);
    recipe.validate();
    return recipe;
}

} // namespace vernier::cli
