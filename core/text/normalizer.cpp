#include "core/text/normalizer.h"

#include "core/base/error.h"

#include <vector>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;
constexpr std::size_t kTextLimit = std::size_t{1} << 31;

/// Applies other normalizers one after the other; with none it changes nothing.
class SequenceNormalizer : public Normalizer {
public:
    explicit SequenceNormalizer(std::vector<std::unique_ptr<const Normalizer>> steps) : m_steps(std::move(steps)) {}
    void normalize(std::string& text) const override {
        for (const auto& step : m_steps)
            step->normalize(text);
    }

private:
    std::vector<std::unique_ptr<const Normalizer>> m_steps;
};

/// Brings text into Unicode normalization form C.
class NfcNormalizer : public Normalizer {
public:
    void normalize(std::string& text) const override { composeNfc(text); }
};

/// Puts a fixed text in front of every text that is not empty.
class PrependNormalizer : public Normalizer {
public:
    explicit PrependNormalizer(std::string prefix) : m_prefix(std::move(prefix)) {}
    void normalize(std::string& text) const override {
        if (!text.empty())
            text.insert(0, m_prefix);
    }

private:
    std::string m_prefix;
};

/// Replaces every occurrence of one text by another.
class ReplaceNormalizer : public Normalizer {
public:
    ReplaceNormalizer(std::string from, std::string to) : m_from(std::move(from)), m_to(std::move(to)) {}
    void normalize(std::string& text) const override {
        std::size_t at = text.find(m_from);
        if (at == std::string::npos)
            return;
        std::string replaced;
        replaced.reserve(text.size() + text.size() / 4);
        std::size_t copied = 0;
        for (; at != std::string::npos; at = text.find(m_from, copied)) {
            replaced.append(text, copied, at - copied).append(m_to);
            copied = at + m_from.size();
            if (replaced.size() > kTextLimit)
                throw Error(ErrorKind::Input, "tokenizer.json, normalizer", "makes the text larger than 2 GB",
                            "use shorter documents");
        }
        text = replaced.append(text, copied);
    }

private:
    std::string m_from, m_to;
};

std::unique_ptr<const Normalizer> readReplace(const JsonView& json) {
    const JsonView pattern = json.at("pattern");
    if (!pattern.has("String"))
        json.unknownType("a Replace pattern", pattern.has("Regex") ? "Regex" : "unknown", "String");
    const std::string& from = pattern.at("String").string();
    if (from.empty())
        pattern.at("String").fail("is empty");
    return std::make_unique<ReplaceNormalizer>(from, json.at("content").string());
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
        return std::make_unique<NfcNormalizer>();
    if (type == "Prepend")
        return std::make_unique<PrependNormalizer>(json.at("prepend").string());
    if (type == "Replace")
        return readReplace(json);
    json.unknownType("a normalizer", type, "NFC, Prepend, Replace, Sequence");
}

} // namespace

std::unique_ptr<const Normalizer> readNormalizer(const JsonView& json) {
    return read(json, 0);
}

} // namespace vernier
