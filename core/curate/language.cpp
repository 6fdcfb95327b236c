#include "core/curate/language.h"

#include "core/base/utf8.h"
#include "core/curate/language_profiles.h"
#include "core/curate/words.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace vernier {

namespace {

constexpr std::size_t kBytesRead = 16 << 10;
constexpr double kLeastShare = 0.5;     // of the letters in one script
constexpr double kLeastKana = 0.02;     // of a Japanese text; Chinese has none
constexpr double kLetterWeight = 0.5;   // of a word with a distinctive letter, against a common word
constexpr double kLeastEvidence = 0.06; // weight per word
constexpr double kLeastLead = 0.08;     // of the best over the next, as a share of both
constexpr std::size_t kLeastWords = 4;

std::string_view onlyLanguage(Script script) {
    switch (script) {
    case Script::Greek:
        return "el";
    case Script::Armenian:
        return "hy";
    case Script::Hebrew:
        return "he";
    case Script::Bengali:
        return "bn";
    case Script::Gurmukhi:
        return "pa";
    case Script::Gujarati:
        return "gu";
    case Script::Oriya:
        return "or";
    case Script::Tamil:
        return "ta";
    case Script::Telugu:
        return "te";
    case Script::Kannada:
        return "kn";
    case Script::Malayalam:
        return "ml";
    case Script::Sinhala:
        return "si";
    case Script::Thai:
        return "th";
    case Script::Lao:
        return "lo";
    case Script::Tibetan:
        return "bo";
    case Script::Myanmar:
        return "my";
    case Script::Georgian:
        return "ka";
    case Script::Hangul:
        return "ko";
    case Script::Ethiopic:
        return "am";
    case Script::Khmer:
        return "km";
    case Script::Mongolian:
        return "mn";
    case Script::Kana:
        return "ja";
    case Script::Han:
        return "zh";
    default:
        return {};
    }
}

/// The profiles in the form they are looked up in.
struct ProfileIndex {
    std::unordered_multimap<std::int32_t, std::size_t> byWord; ///< word → profiles
    std::multimap<char32_t, std::size_t> byLetter;

    ProfileIndex() {
        const auto profiles = languageProfiles();
        for (std::size_t i = 0; i < profiles.size(); ++i) {
            std::vector<std::int32_t> words = normalisedWords(profiles[i].words).ids;
            std::ranges::sort(words);
            words.erase(std::ranges::unique(words).begin(), words.end());
            for (const std::int32_t word : words)
                byWord.emplace(word, i);
            for (std::size_t at = 0; at < profiles[i].letters.size();)
                byLetter.emplace(nextCodePoint(profiles[i].letters, at), i);
        }
    }
};

const ProfileIndex& profileIndex() {
    static const ProfileIndex index;
    return index;
}

/// Adds weight to the profiles of a range that are in the script; shared evidence counts less.
template <class Range>
void credit(Range range, Script script, double weight, std::vector<double>& evidence) {
    const auto fits = [&](const auto& entry) { return languageProfiles()[entry.second].script == script; };
    const auto sharers = std::count_if(range.first, range.second, fits);
    for (auto entry = range.first; entry != range.second; ++entry)
        if (fits(*entry))
            evidence[entry->second] += weight / static_cast<double>(sharers);
}

/// Evidence per word for each profile.
std::vector<double> weigh(std::string_view text, const Words& words, Script script) {
    std::vector<double> evidence(languageProfiles().size());
    for (std::size_t i = 0; i < words.ids.size(); ++i) {
        credit(profileIndex().byWord.equal_range(words.ids[i]), script, 1.0, evidence);
        for (std::size_t at = words.begins[i]; at < words.ends[i];) {
            const char32_t c = nextCodePoint(text, at);
            if (c >= 0x80)
                credit(profileIndex().byLetter.equal_range(c), script, kLetterWeight, evidence);
        }
    }
    for (double& weight : evidence)
        weight /= static_cast<double>(words.ids.size());
    return evidence;
}

void guessByWords(std::string_view text, LanguageGuess& guess) {
    const Words words = normalisedWords(text);
    if (words.ids.size() < kLeastWords)
        return;
    const std::vector<double> evidence = weigh(text, words, *guess.script);
    const auto best = std::ranges::max_element(evidence);
    double second = 0;
    for (auto other = evidence.begin(); other != evidence.end(); ++other)
        second = other != best ? std::max(second, *other) : second;
    const double lead = *best > 0 ? (*best - second) / (*best + second) : 0;
    if (*best < kLeastEvidence || lead < kLeastLead)
        return;
    guess.code = languageProfiles()[static_cast<std::size_t>(best - evidence.begin())].code;
    guess.confidence = lead;
}

std::string_view head(std::string_view text) {
    if (text.size() <= kBytesRead)
        return text;
    std::size_t end = kBytesRead;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

} // namespace

LanguageGuess guessLanguage(std::string_view text) {
    text = head(text);
    const std::vector<ScriptShare> shares = scriptShares(text);
    LanguageGuess guess;
    if (shares.empty())
        return guess;
    guess.script = shares.front().script;
    guess.scriptShare = shares.front().share;
    const auto shareOf = [&](Script script) {
        const auto found = std::ranges::find(shares, script, &ScriptShare::script);
        return found != shares.end() ? found->share : 0.0;
    };
    const double kana = shareOf(Script::Kana), han = shareOf(Script::Han);
    if ((guess.script == Script::Han || guess.script == Script::Kana) && kana >= kLeastKana) {
        guess.script = Script::Kana;
        guess.scriptShare = kana + han;
    }
    if (guess.scriptShare < kLeastShare)
        return guess;
    if (const std::string_view only = onlyLanguage(*guess.script); !only.empty()) {
        guess.code = only;
        guess.confidence = guess.scriptShare;
    } else {
        guessByWords(text, guess);
    }
    return guess;
}

} // namespace vernier
