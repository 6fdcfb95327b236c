#include "core/text/normalizer.h"

#include "core/text/character_normalizers.h"
#include "core/text/pattern.h"
#include "core/text/precompiled_charsmap.h"
#include "core/text/regex_matches.h"
#include "core/text/unicode_form.h"

#include <vector>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;
constexpr const char* kKnown =
    "Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents";

/// Applies other normalizers one after the other; with none it changes nothing.
class SequenceNormalizer : public Normalizer {
public:
    explicit SequenceNormalizer(std::vector<std::unique_ptr<const Normalizer>> steps) : m_steps(std::move(steps)) {}
    void normalize(AlignedText& text, TextScratch& scratch) const override {
        for (const auto& step : m_steps)
            step->normalize(text, scratch);
    }

private:
    std::vector<std::unique_ptr<const Normalizer>> m_steps;
};

/// Brings text into a Unicode normalization form.
class FormNormalizer : public Normalizer {
public:
    explicit FormNormalizer(UnicodeForm form) : m_form(form) {}
    void normalize(AlignedText& text, TextScratch& scratch) const override {
        normalizeUnicode(text, m_form, scratch.pacer);
    }

private:
    UnicodeForm m_form;
};

/// Puts a fixed text in front of every text that is not empty.
class PrependNormalizer : public Normalizer {
public:
    explicit PrependNormalizer(std::string prefix) : m_prefix(std::move(prefix)) {}
    void normalize(AlignedText& text, TextScratch&) const override {
        if (text.text().empty())
            return;
        TextRewriter rewriter(text);
        rewriter.replace(0, m_prefix);
        rewriter.finish();
    }

private:
    std::string m_prefix;
};

/// Replaces every occurrence of one text by another.
class ReplaceTextNormalizer : public Normalizer {
public:
    ReplaceTextNormalizer(std::string from, std::string to) : m_from(std::move(from)), m_to(std::move(to)) {}
    void normalize(AlignedText& text, TextScratch& scratch) const override {
        const std::string& source = text.text();
        std::size_t at = source.find(m_from);
        if (at == std::string::npos)
            return;
        TextRewriter rewriter(text);
        for (; at != std::string::npos; at = source.find(m_from, rewriter.sourceAt())) {
            scratch.pacer.advance(at + m_from.size() - rewriter.sourceAt());
            rewriter.keep(at);
            rewriter.replace(at + m_from.size(), m_to);
        }
        rewriter.finish();
    }

private:
    std::string m_from, m_to;
};

/// Replaces every match of a pattern by a fixed text.
class ReplacePatternNormalizer : public Normalizer {
public:
    ReplacePatternNormalizer(Regex pattern, std::string to) : m_pattern(std::move(pattern)), m_to(std::move(to)) {}
    void normalize(AlignedText& text, TextScratch& scratch) const override {
        TextRewriter rewriter(text);
        forEachMatch(m_pattern, text.text(), scratch.regex, [&](const TextSpan& match) {
            scratch.pacer.advance(match.end - rewriter.sourceAt());
            rewriter.keep(match.begin);
            rewriter.replace(match.end, m_to);
        });
        rewriter.finish();
    }

private:
    Regex m_pattern;
    std::string m_to;
};

std::unique_ptr<const Normalizer> readReplace(const JsonView& json) {
    const JsonView pattern = json.at("pattern");
    const std::string& to = json.at("content").string();
    if (!pattern.has("String"))
        return std::make_unique<ReplacePatternNormalizer>(readPattern(pattern), to);
    const std::string& from = pattern.at("String").string();
    if (from.empty())
        pattern.at("String").fail("is empty");
    return std::make_unique<ReplaceTextNormalizer>(from, to);
}

std::unique_ptr<const Normalizer> read(const JsonView& json, int depth) {
    using Steps = std::vector<std::unique_ptr<const Normalizer>>;
    if (json.isNull())
        return std::make_unique<SequenceNormalizer>(Steps());
    const std::string& type = json.at("type").string();
    if (type == "Sequence") {
        if (depth >= kDepthLimit)
            json.fail("is nested too deeply");
        const JsonView list = json.at("normalizers");
        Steps steps;
        for (std::size_t i = 0; i < list.listSize(); ++i)
            steps.push_back(read(list.at(i), depth + 1));
        return std::make_unique<SequenceNormalizer>(std::move(steps));
    }
    if (type == "NFC")
        return std::make_unique<FormNormalizer>(UnicodeForm::Nfc);
    if (type == "NFD")
        return std::make_unique<FormNormalizer>(UnicodeForm::Nfd);
    if (type == "NFKC")
        return std::make_unique<FormNormalizer>(UnicodeForm::Nfkc);
    if (type == "NFKD")
        return std::make_unique<FormNormalizer>(UnicodeForm::Nfkd);
    if (type == "Lowercase")
        return std::make_unique<LowercaseNormalizer>();
    if (type == "Nmt")
        return std::make_unique<NmtNormalizer>();
    if (type == "Strip")
        return std::make_unique<StripNormalizer>(json.boolean("strip_left", true), json.boolean("strip_right", true));
    if (type == "StripAccents")
        return std::make_unique<StripAccentsNormalizer>();
    if (type == "Precompiled")
        return std::make_unique<PrecompiledNormalizer>(json);
    if (type == "Prepend")
        return std::make_unique<PrependNormalizer>(json.at("prepend").string());
    if (type == "Replace")
        return readReplace(json);
    json.unknownType("a normalizer", type, kKnown);
}

} // namespace

std::unique_ptr<const Normalizer> readNormalizer(const JsonView& json) {
    return read(json, 0);
}

} // namespace vernier
