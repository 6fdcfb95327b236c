#include "core/text/pre_tokenizer.h"

#include "core/text/metaspace.h"
#include "core/text/pattern.h"
#include "core/text/split.h"

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;
constexpr const char* kKnown = "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, "
                               "Sequence, Split, Whitespace, WhitespaceSplit";
/// How GPT-2 cuts text into words (Radford et al. 2019).
constexpr const char* kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
/// The ASCII symbols count as punctuation, whatever their category.
constexpr const char* kPunctuation = R"([\p{P}$+<=>^`|~])";

/// Applies other pre-tokenizers one after the other; with none it cuts nothing.
class SequencePreTokenizer : public PreTokenizer {
public:
    explicit SequencePreTokenizer(std::vector<std::unique_ptr<const PreTokenizer>> steps) : m_steps(std::move(steps)) {}
    void split(Words& words, TextScratch& scratch) const override {
        for (const auto& step : m_steps)
            step->split(words, scratch);
    }

private:
    std::vector<std::unique_ptr<const PreTokenizer>> m_steps;
};

/// Puts a space in front of every word that does not begin with one ("add_prefix_space").
class PrefixSpace : public PreTokenizer {
public:
    void split(Words& words, TextScratch& scratch) const override {
        rewriteWords(words, [&](const TextSpan& span, TextRewriter& rewriter) {
            if (words.word(span).front() != ' ')
                rewriter.replace(span.begin, " ");
            scratch.pacer.advance(span.size());
        });
    }
};

/// Reads the pre-tokenizers of a file into one list of steps.
class Reader {
public:
    void append(const JsonView& json, int depth);
    PreTokenization finish();

private:
    void appendByteLevel(const JsonView& json);
    void appendPattern(const JsonView& json, const char* pattern, SplitBehavior behavior, bool invert = false);
    void appendOther(const JsonView& json, const std::string& type);

    std::vector<std::unique_ptr<const PreTokenizer>> m_steps;
    bool m_byteLevel = false;
};

SplitBehavior readBehavior(const JsonView& name) {
    const auto behavior = splitBehaviorNamed(name.string());
    if (!behavior)
        name.unknownType("a split behavior", name.string(),
                         "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
    return *behavior;
}

void Reader::appendPattern(const JsonView& json, const char* pattern, SplitBehavior behavior, bool invert) {
    m_steps.push_back(std::make_unique<Split>(Regex::oniguruma(pattern, fmt::format("{}, {}", json.file(), json.key())),
                                              behavior, invert));
}

void Reader::appendByteLevel(const JsonView& json) {
    if (json.boolean("add_prefix_space", true))
        m_steps.push_back(std::make_unique<PrefixSpace>());
    if (json.boolean("use_regex", true))
        appendPattern(json, kGpt2Pattern, SplitBehavior::Isolated);
}

void Reader::appendOther(const JsonView& json, const std::string& type) {
    if (type == "Split") {
        const SplitBehavior behavior = readBehavior(json.at("behavior"));
        m_steps.push_back(
            std::make_unique<Split>(readPattern(json.at("pattern")), behavior, json.boolean("invert", false)));
    } else if (type == "Digits") {
        // The ASCII digits only, as the reference ids of SmolLM2 want it. The Rust library also takes every other
        // character of category N ("½", "Ⅷ", "२"); \p{N} would follow that one.
        appendPattern(json, "[0-9]",
                      json.boolean("individual_digits", false) ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
    } else if (type == "Metaspace") {
        m_steps.push_back(std::make_unique<Metaspace>(json));
    } else if (type == "Punctuation") {
        appendPattern(json, kPunctuation,
                      json.has("behavior") ? readBehavior(json.at("behavior")) : SplitBehavior::Isolated);
    } else if (type == "Whitespace") {
        appendPattern(json, R"(\w+|[^\w\s]+)", SplitBehavior::Removed, true);
    } else if (type == "WhitespaceSplit") {
        appendPattern(json, R"(\s)", SplitBehavior::Removed);
    } else if (type == "BertPreTokenizer") {
        appendPattern(json, R"(\s)", SplitBehavior::Removed);
        appendPattern(json, kPunctuation, SplitBehavior::Isolated);
    } else if (type == "CharDelimiterSplit") {
        const JsonView delimiter = json.at("delimiter");
        m_steps.push_back(std::make_unique<Split>(
            Regex::literal(delimiter.string(), fmt::format("{}, {}", json.file(), delimiter.key())),
            SplitBehavior::Removed, false));
    } else
        json.unknownType("a pre-tokenizer", type, kKnown);
}

void Reader::append(const JsonView& json, int depth) {
    const std::string& type = json.at("type").string();
    if (type == "Sequence") {
        if (depth >= kDepthLimit)
            json.fail("is nested too deeply");
        const JsonView list = json.at("pretokenizers");
        for (std::size_t i = 0; i < list.listSize(); ++i)
            append(list.at(i), depth + 1);
        return;
    }
    // ByteLevel respells the text in its alphabet; patterns behind it would have to match that spelling.
    if (m_byteLevel)
        json.unknownType("a pre-tokenizer behind ByteLevel", type, "ByteLevel in the last place only");
    if (type == "ByteLevel") {
        appendByteLevel(json);
        m_byteLevel = true;
    } else
        appendOther(json, type);
}

PreTokenization Reader::finish() {
    return {std::make_unique<SequencePreTokenizer>(std::move(m_steps)), m_byteLevel};
}

} // namespace

PreTokenization readPreTokenizer(const JsonView& json) {
    Reader reader;
    if (!json.isNull())
        reader.append(json, 0);
    return reader.finish();
}

} // namespace vernier
