#include "core/text/vocabulary.h"

#include "core/text/byte_alphabet.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

std::int32_t readTokenId(const JsonView& json) {
    const std::int64_t id = json.integer();
    if (id < 0 || id > Vocabulary::kHighestId)
        json.fail(fmt::format("is {}, but token ids go from 0 to {}", id, Vocabulary::kHighestId));
    return static_cast<std::int32_t>(id);
}

Vocabulary::Vocabulary(const JsonView& vocab, bool byteLevel) : m_byteLevel(byteLevel) {
    if (!vocab.value().is_object() || vocab.value().empty())
        vocab.fail("is not an object of token: id");
    const auto idOf = [&](const auto& entry) {
        return readTokenId({entry.value(), vocab.file(), fmt::format("{}.{}", vocab.key(), entry.key())});
    };
    std::int32_t highest = 0;
    std::size_t characters = 0;
    for (const auto& entry : vocab.value().items()) {
        highest = std::max(highest, idOf(entry));
        characters += entry.key().size();
    }
    m_tokens.resize(static_cast<std::size_t>(highest) + 1);
    m_characters.reserve(std::max<std::size_t>(characters, 1)); // the views below need it to stay where it is
    m_ids.reserve(vocab.value().size());
    for (const auto& entry : vocab.value().items()) {
        const std::int32_t id = idOf(entry);
        auto& token = m_tokens[static_cast<std::size_t>(id)];
        if (token.data())
            vocab.fail(fmt::format("gives the id {} twice, the second time to \"{}\"", id, entry.key()));
        const auto bytes = byteLevel ? bytesOfAlphabet(entry.key()) : std::nullopt;
        const std::string& text = bytes ? *bytes : entry.key();
        token = store(text);
        (byteLevel && !bytes ? m_foreignIds : m_ids).emplace(token, id);
    }
}

Vocabulary::Vocabulary(const JsonView& place, const std::vector<std::string>& tokens) : m_byteLevel(false) {
    if (tokens.empty() || tokens.size() > static_cast<std::size_t>(kHighestId))
        place.fail(fmt::format("has {} tokens, but 1 to {} are possible", tokens.size(), kHighestId));
    std::size_t characters = 1;
    for (const std::string& token : tokens)
        characters += token.size();
    m_characters.reserve(characters);
    m_tokens.reserve(tokens.size());
    m_ids.reserve(tokens.size());
    for (const std::string& token : tokens) {
        m_tokens.push_back(store(token));
        m_ids.insert_or_assign(m_tokens.back(), static_cast<std::int32_t>(m_tokens.size() - 1));
    }
}

/// Keeps a copy of a token; room for it was reserved.
std::string_view Vocabulary::store(std::string_view token) {
    const std::size_t begin = m_characters.size();
    m_characters.insert(m_characters.end(), token.begin(), token.end());
    return {m_characters.data() + begin, token.size()};
}

std::optional<std::int32_t> Vocabulary::find(std::string_view bytes) const {
    const auto found = m_ids.find(bytes);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int32_t> Vocabulary::findSpelling(std::string_view spelling) const {
    if (!m_byteLevel)
        return find(spelling);
    if (const auto bytes = bytesOfAlphabet(spelling))
        return find(*bytes);
    const auto found = m_foreignIds.find(spelling);
    return found == m_foreignIds.end() ? std::nullopt : std::optional(found->second);
}

bool Vocabulary::contains(std::int32_t id) const {
    return id >= 0 && static_cast<std::size_t>(id) < m_tokens.size() && m_tokens[static_cast<std::size_t>(id)].data();
}

std::string_view Vocabulary::bytes(std::int32_t id) const {
    return contains(id) ? m_tokens[static_cast<std::size_t>(id)] : std::string_view();
}

} // namespace vernier
