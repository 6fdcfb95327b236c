#include "core/text/bpe_model.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

struct TokenPair {
    std::string_view left, right;
};

/// Reads a merge written as "a b" (older files) or ["a", "b"].
TokenPair readPair(const nlohmann::json& merge, const JsonView& merges, std::size_t index) {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
        return {merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>()};
    if (merge.is_string()) {
        const std::string_view line = merge.get_ref<const std::string&>();
        const std::size_t space = line.find(' ');
        if (space != std::string_view::npos && line.find(' ', space + 1) == std::string_view::npos)
            return {line.substr(0, space), line.substr(space + 1)};
    }
    merges.at(index).fail("is neither \"a b\" nor [\"a\", \"b\"]");
}

} // namespace

BpeModel::BpeModel(const JsonView& json, bool byteLevel)
    : m_fuseUnknown(json.boolean("fuse_unk", false)), m_ignoreMerges(json.boolean("ignore_merges", false)),
      m_vocabulary(json.at("vocab"), byteLevel), m_merges(json.at("merges").listSize()),
      m_fallback(m_vocabulary, json.boolean("byte_fallback", false)) {
    refuseUnknownSettings(json);
    findSymbols();
    if (json.has("unk_token")) {
        const std::string& unknown = json.at("unk_token").string();
        if (const auto id = m_vocabulary.findSpelling(unknown))
            m_unknown = *id;
        else if (!byteLevel)
            json.at("unk_token").fail(fmt::format("names \"{}\", which is not in the vocabulary", unknown));
    }
    readMerges(json.at("merges"));
}

void BpeModel::refuseUnknownSettings(const JsonView& json) const {
    const bool dropout = json.has("dropout") && json.at("dropout").value() != 0;
    if (dropout)
        throw Error(ErrorKind::Unsupported, json.file() + ", model.dropout",
                    "tokens chosen at random are not supported", "set it to null");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"})
        if (!json.string(key, "").empty())
            throw Error(ErrorKind::Unsupported, fmt::format("{}, model.{}", json.file(), key),
                        "marks inside words are not supported", "use a byte-level or SentencePiece-style tokenizer");
}

void BpeModel::findSymbols() {
    for (unsigned byte = 0; byte < 256; ++byte) {
        const char character = static_cast<char>(byte);
        const bool symbol = m_vocabulary.byteLevel() || byte < 0x80;
        m_byteSymbols[byte] = symbol ? m_vocabulary.find({&character, 1}).value_or(-1) : -1;
    }
}

void BpeModel::readMerges(const JsonView& merges) {
    Junctions junctions(m_vocabulary.byteLevel());
    std::vector<bool> merged(m_vocabulary.size());
    std::string both;
    for (std::size_t rank = 0; rank < merges.listSize(); ++rank) {
        const TokenPair pair = readPair(merges.value()[rank], merges, rank);
        both.assign(pair.left).append(pair.right);
        const auto left = m_vocabulary.findSpelling(pair.left), right = m_vocabulary.findSpelling(pair.right);
        const auto result = m_vocabulary.findSpelling(both);
        if (!left || !right || !result)
            merges.at(rank).fail(fmt::format("needs the token \"{}\", which is not in the vocabulary",
                                             !left    ? pair.left
                                             : !right ? pair.right
                                                      : std::string_view(both)));
        m_merges.set(*left, *right, {static_cast<std::uint32_t>(rank), *result});
        junctions.add(m_vocabulary.bytes(*left), m_vocabulary.bytes(*right));
        for (const std::int32_t id : {*left, *right, *result})
            merged[static_cast<std::size_t>(id)] = true;
    }
    if (mayCut(merged))
        m_junctions = std::move(junctions);
}

/// Cutting reasons about characters, so every character must become a token that stands for it: nothing is dropped or
/// fused into the unknown token, and no merge takes a byte or the unknown token for the characters it is written with.
bool BpeModel::mayCut(const std::vector<bool>& merged) const {
    if (m_vocabulary.byteLevel())
        return std::ranges::all_of(m_byteSymbols, [](std::int32_t id) { return id >= 0; });
    return std::ranges::all_of(m_fallback.tokens(),
                               [&](std::int32_t id) { return id >= 0 && !merged[static_cast<std::size_t>(id)]; });
}

void BpeModel::encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                      Pacer& pacer) const {
    if (word.size() <= WordCache::kLongestWord)
        return encodeRemembered(word, ids, scratch, pacer);
    if (m_ignoreMerges) {
        if (const auto id = m_vocabulary.find(word))
            return ids.push_back(*id);
    }
    while (!word.empty()) {
        const std::string_view part = word.substr(0, m_junctions ? m_junctions->firstPart(word) : word.size());
        word.remove_prefix(part.size());
        // A whole word that is a token stays one under ignore_merges, a part does not: they must not share memories.
        if (part.size() <= WordCache::kLongestWord && !m_ignoreMerges) {
            encodeRemembered(part, ids, scratch, pacer);
            continue;
        }
        encodeAnew(part, scratch, pacer);
        ids.insert(ids.end(), scratch.tokens.begin(), scratch.tokens.end());
    }
}

void BpeModel::encodeRemembered(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                                Pacer& pacer) const {
    pacer.advance(word.size());
    auto tokens = scratch.words.find(word);
    if (tokens.data() == nullptr) {
        const auto whole = m_ignoreMerges ? m_vocabulary.find(word) : std::nullopt;
        if (whole)
            scratch.tokens.assign(1, *whole);
        else
            encodeAnew(word, scratch, pacer);
        tokens = scratch.tokens;
        scratch.words.keep(word, tokens);
    }
    ids.insert(ids.end(), tokens.begin(), tokens.end());
}

void BpeModel::encodeAnew(std::string_view word, ModelScratch& scratch, Pacer& pacer) const {
    scratch.tokens.clear();
    appendSymbols(word, scratch.tokens);
    scratch.merger.merge(scratch.tokens, m_merges, pacer);
}

std::string_view BpeModel::characterAt(std::string_view word, std::size_t at) const {
    std::size_t end = at;
    if (m_vocabulary.byteLevel())
        ++end;
    else
        nextCodePoint(word, end);
    return word.substr(at, end - at);
}

/// The token of a character; -1 for none.
std::int32_t BpeModel::symbolOf(std::string_view character) const {
    return character.size() == 1 ? m_byteSymbols[static_cast<unsigned char>(character[0])]
                                 : m_vocabulary.find(character).value_or(-1);
}

void BpeModel::appendSymbols(std::string_view word, std::vector<std::int32_t>& tokens) const {
    bool unknownPending = false; // an unknown token waits until the next known one, so that a run can be fused
    for (std::size_t at = 0; at < word.size();) {
        const std::string_view character = characterAt(word, at);
        at += character.size();
        const std::int32_t id = symbolOf(character);
        if (id >= 0) {
            if (unknownPending)
                tokens.push_back(m_unknown);
            unknownPending = false;
            tokens.push_back(id);
        } else if (!m_fallback.append(character, tokens) && m_unknown >= 0) {
            if (unknownPending && !m_fuseUnknown)
                tokens.push_back(m_unknown);
            unknownPending = true;
        }
    }
    if (unknownPending)
        tokens.push_back(m_unknown);
}

/// Where word goes on behind at most that many characters at a place that are outside the vocabulary.
std::size_t BpeModel::skipUnknown(std::string_view word, std::size_t at, std::size_t atMost) const {
    std::vector<std::int32_t> bytes;
    for (; at < word.size() && atMost > 0; --atMost) {
        const std::string_view character = characterAt(word, at);
        if (symbolOf(character) >= 0 || m_fallback.append(character, bytes))
            break;
        at += character.size();
    }
    return at;
}

void BpeModel::encode(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint32_t>& lengths,
                      ModelScratch& scratch, Pacer& pacer) const {
    // The ids come from the one way of encoding; walking along the word finds where each of them ends.
    constexpr std::size_t kAny = ~std::size_t{0};
    std::size_t next = ids.size();
    encode(word, ids, scratch, pacer);
    for (std::size_t at = 0; next < ids.size(); ++next) {
        const std::size_t begin = at;
        const std::int32_t id = ids[next];
        if (m_junctions) { // every character became a token that stands for it
            at = std::min(at + (m_fallback.byteOf(id) ? 1 : m_vocabulary.bytes(id).size()), word.size());
        } else if (id == m_unknown && skipUnknown(word, at, 1) > at) {
            at = skipUnknown(word, at, m_fuseUnknown ? kAny : 1);
        } else if (m_fallback.byteOf(id)) {
            at = std::min(at + 1, word.size());
        } else
            for (std::size_t left = m_vocabulary.bytes(id).size(); left > 0 && at < word.size();) {
                if (m_unknown < 0)
                    at = skipUnknown(word, at, kAny); // dropped, although it stands inside the token
                const std::size_t step = std::min(at < word.size() ? characterAt(word, at).size() : 0, left);
                at += step;
                left = step == 0 ? 0 : left - step;
            }
        if (next + 1 == ids.size())
            at = word.size();
        lengths.push_back(static_cast<std::uint32_t>(at - begin));
        pacer.advance(at - begin);
    }
}

} // namespace vernier
