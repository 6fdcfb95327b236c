#include "core/text/pre_tokenizer.h"

#include "core/text/split.h"

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;
constexpr const char* kKnown = "ByteLevel, Digits, Sequence, Split";
/// How GPT-2 cuts text into words (Radford et al. 2019).
constexpr const char* kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// Applies other pre-tokenizers one after the other; with none it cuts nothing.
class SequencePreTokenizer : public PreTokenizer {
public:
    explicit SequencePreTokenizer(std::vector<std::unique_ptr<const PreTokenizer>> steps) : m_steps(std::move(steps)) {}
    void split(Words& words, RegexScratch& scratch) const override {
        for (const auto& step : m_steps)
            step->split(words, scratch);
    }

private:
    std::vector<std::unique_ptr<const PreTokenizer>> m_steps;
};

/// Puts a space in front of every word that does not begin with one ("add_prefix_space").
class PrefixSpace : public PreTokenizer {
public:
    void split(Words& words, RegexScratch&) const override {
        Words spaced;
        spaced.text.reserve(words.text.size() + words.spans.size());
        for (const TextSpan& span : words.spans) {
            const std::string_view word = words.word(span);
            const std::size_t begin = spaced.text.size();
            if (word.front() != ' ')
                spaced.text += ' ';
            spaced.text += word;
            spaced.spans.push_back({begin, spaced.text.size()});
        }
        words = std::move(spaced);
    }
};

using Steps = std::vector<std::unique_ptr<const PreTokenizer>>;

Regex readPattern(const JsonView& pattern) {
    const auto place = [&](const char* kind) { return fmt::format("{}, {}.{}", pattern.file(), pattern.key(), kind); };
    if (pattern.has("Regex"))
        return Regex::oniguruma(pattern.at("Regex").string(), place("Regex"));
    if (pattern.has("String"))
        return Regex::literal(pattern.at("String").string(), place("String"));
    pattern.fail("is neither {\"Regex\": …} nor {\"String\": …}");
}

void appendByteLevel(const JsonView& json, Steps& steps) {
    if (json.boolean("add_prefix_space", true))
        steps.push_back(std::make_unique<PrefixSpace>());
    if (json.boolean("use_regex", true))
        steps.push_back(std::make_unique<Split>(Regex::oniguruma(kGpt2Pattern, json.file() + ", " + json.key()),
                                                SplitBehavior::Isolated, false));
}

void appendSplit(const JsonView& json, Steps& steps) {
    const JsonView name = json.at("behavior");
    const auto behavior = splitBehaviorNamed(name.string());
    if (!behavior)
        name.unknownType("a split behavior", name.string(),
                         "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
    steps.push_back(std::make_unique<Split>(readPattern(json.at("pattern")), *behavior, json.boolean("invert", false)));
}

void appendDigits(const JsonView& json, Steps& steps) {
    const auto behavior =
        json.boolean("individual_digits", false) ? SplitBehavior::Isolated : SplitBehavior::Contiguous;
    // The ASCII digits only, as the reference ids of SmolLM2 want it. The Rust library also takes every other character
    // of category N ("½", "Ⅷ", "२"); \p{N} would follow that one.
    steps.push_back(
        std::make_unique<Split>(Regex::oniguruma("[0-9]", json.file() + ", " + json.key()), behavior, false));
}

void append(const JsonView& json, int depth, Steps& steps, bool& byteLevel) {
    const std::string& type = json.at("type").string();
    if (type == "Sequence") {
        if (depth >= kDepthLimit)
            json.fail("is nested too deeply");
        const JsonView list = json.at("pretokenizers");
        for (std::size_t i = 0; i < list.listSize(); ++i)
            append(list.at(i), depth + 1, steps, byteLevel);
        return;
    }
    // ByteLevel respells the text in its alphabet; patterns behind it would have to match that spelling.
    if (byteLevel)
        json.unknownType("a pre-tokenizer behind ByteLevel", type, "ByteLevel in the last place only");
    if (type == "ByteLevel") {
        appendByteLevel(json, steps);
        byteLevel = true;
    } else if (type == "Split")
        appendSplit(json, steps);
    else if (type == "Digits")
        appendDigits(json, steps);
    else
        json.unknownType("a pre-tokenizer", type, kKnown);
}

} // namespace

PreTokenization readPreTokenizer(const JsonView& json) {
    PreTokenization result;
    Steps steps;
    if (!json.isNull())
        append(json, 0, steps, result.byteLevel);
    result.splitter = std::make_unique<SequencePreTokenizer>(std::move(steps));
    return result;
}

} // namespace vernier
