#include "core/text/added_tokens.h"

#include "core/base/utf8.h"
#include "core/text/characters.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

// Looking for a token costs its length at every place where it may begin.
constexpr std::size_t kLongestContent = 4096;

bool wordEndsAt(std::string_view text, std::size_t at) {
    if (at == 0)
        return false;
    std::size_t character = characterBefore(text, at);
    return isWordCharacter(nextCodePoint(text, character));
}

bool wordBeginsAt(std::string_view text, std::size_t at) {
    return at < text.size() && isWordCharacter(nextCodePoint(text, at));
}

AddedToken readToken(const JsonView& json) {
    AddedToken token;
    token.id = readTokenId(json.at("id"));
    token.content = json.at("content").string();
    token.special = json.boolean("special", false);
    token.normalized = json.boolean("normalized", !token.special);
    token.lstrip = json.boolean("lstrip", false);
    token.rstrip = json.boolean("rstrip", false);
    token.singleWord = json.boolean("single_word", false);
    if (token.content.size() > kLongestContent)
        json.at("content").fail(
            fmt::format("has {} bytes, more than the {} allowed", token.content.size(), kLongestContent));
    return token;
}

} // namespace

AddedTokens::AddedTokens(const JsonView& json, const Vocabulary& vocabulary, const Normalizer& normalizer) {
    if (json.isNull())
        return;
    TextScratch scratch;
    for (std::size_t i = 0; i < json.listSize(); ++i) {
        const JsonView entry = json.at(i);
        AddedToken token = readToken(entry);
        const auto known = vocabulary.findSpelling(token.content);
        if (known && *known != token.id)
            entry.at("id").fail(
                fmt::format("is {}, but the vocabulary gives \"{}\" the id {}", token.id, token.content, *known));
        if (!known && vocabulary.contains(token.id))
            entry.at("id").fail(fmt::format("is {}, which the vocabulary gives to another token", token.id));
        if (!m_ids.emplace(token.content, token.id).second)
            entry.at("content").fail(fmt::format("\"{}\" is there twice", token.content));
        if (m_tokens.contains(token.id))
            entry.at("id").fail(fmt::format("is {}, which another added token has", token.id));
        if (token.normalized) {
            AlignedText normal(token.content);
            normalizer.normalize(normal, scratch);
            m_normalized.add(normal.text(), token.id);
        } else
            m_raw.add(token.content, token.id);
        m_tokens.emplace(token.id, std::move(token));
    }
}

const AddedToken* AddedTokens::find(std::int32_t id) const {
    const auto found = m_tokens.find(id);
    return found == m_tokens.end() ? nullptr : &found->second;
}

std::optional<std::int32_t> AddedTokens::idOf(std::string_view content) const {
    const auto found = m_ids.find(std::string(content));
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

std::int32_t AddedTokens::highestId() const {
    std::int32_t highest = -1;
    for (const auto& [id, token] : m_tokens)
        highest = std::max(highest, id);
    return highest;
}

std::vector<AddedTokens::Piece> AddedTokens::split(std::string_view text, const TokenTrie& trie) const {
    std::vector<Piece> pieces;
    std::size_t covered = 0;
    for (std::size_t from = 0; const auto match = trie.find(text, from);) {
        from = match->span.end;
        const AddedToken& token = m_tokens.at(match->id);
        TextSpan span = match->span;
        if (token.singleWord && (wordEndsAt(text, span.begin) || wordBeginsAt(text, span.end)))
            continue;
        if (token.lstrip)
            span.begin = spaceBegin(text, span.begin, covered);
        if (token.rstrip)
            span.end = spaceEnd(text, span.end);
        span.begin = std::max(span.begin, covered);
        if (covered < span.begin)
            pieces.push_back({{covered, span.begin}, std::nullopt});
        pieces.push_back({span, match->id});
        covered = span.end;
    }
    if (covered < text.size())
        pieces.push_back({{covered, text.size()}, std::nullopt});
    return pieces;
}

} // namespace vernier
