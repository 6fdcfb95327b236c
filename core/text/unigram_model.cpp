#include "core/text/unigram_model.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr double kUnknownPenalty = 10.0; // below the worst score, as in sentencepiece
constexpr std::size_t kKept = 1u << 16;  // lattices above this many nodes are given back

std::vector<std::string> readPieces(const JsonView& vocab) {
    std::vector<std::string> pieces;
    pieces.reserve(vocab.listSize());
    for (std::size_t id = 0; id < vocab.listSize(); ++id) {
        const auto& entry = vocab.value()[id];
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number() ||
            !std::isfinite(entry[1].get<double>()))
            vocab.at(id).fail("is not [token, score]");
        pieces.push_back(entry[0].get<std::string>());
    }
    return pieces;
}

std::vector<double> readScores(const JsonView& vocab) {
    std::vector<double> scores;
    scores.reserve(vocab.listSize());
    for (const auto& entry : vocab.value())
        scores.push_back(entry[1].get<double>());
    return scores;
}

std::int32_t readUnknown(const JsonView& json, std::size_t size) {
    if (!json.has("unk_id"))
        return -1;
    const std::int64_t id = json.at("unk_id").integer();
    if (id < 0 || static_cast<std::size_t>(id) >= size)
        json.at("unk_id").fail(fmt::format("is {}, which is no token", id));
    return static_cast<std::int32_t>(id);
}

PrefixTrie makeTrie(const Vocabulary& vocabulary) {
    std::vector<std::pair<std::string_view, std::int32_t>> texts;
    texts.reserve(vocabulary.size());
    for (std::int32_t id = 0; static_cast<std::size_t>(id) < vocabulary.size(); ++id)
        texts.emplace_back(vocabulary.bytes(id), id);
    return PrefixTrie(std::move(texts));
}

} // namespace

UnigramModel::UnigramModel(const JsonView& json)
    : m_place(fmt::format("{}, {}", json.file(), json.key())),
      m_vocabulary(json.at("vocab"), readPieces(json.at("vocab"))), m_scores(readScores(json.at("vocab"))),
      m_unknownScore(*std::ranges::min_element(m_scores) - kUnknownPenalty),
      m_unknown(readUnknown(json, m_scores.size())), m_trie(makeTrie(m_vocabulary)),
      m_fallback(m_vocabulary, json.boolean("byte_fallback", false)) {}

void UnigramModel::encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch& scratch,
                          Pacer& pacer) const {
    auto tokens = word.size() <= WordCache::kLongestWord ? scratch.words.find(word) : std::span<const std::int32_t>();
    if (tokens.data() == nullptr) {
        scratch.tokens.clear();
        Output output{scratch.tokens, nullptr, word};
        cut(word, output, scratch, pacer);
        tokens = scratch.tokens;
        scratch.words.keep(word, tokens);
    }
    ids.insert(ids.end(), tokens.begin(), tokens.end());
}

void UnigramModel::encode(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint32_t>& lengths,
                          ModelScratch& scratch, Pacer& pacer) const {
    Output output{ids, &lengths, word};
    cut(word, output, scratch, pacer);
}

void UnigramModel::cut(std::string_view word, Output& output, ModelScratch& scratch, Pacer& pacer) const {
    auto& lattice = scratch.lattice;
    lattice.assign(1, {});
    // A border that no token reaches across lies on every path: what stands before it can be written down. So the
    // lattice, which begins at base, stays as short as the longest chain of overlapping tokens.
    std::size_t base = 0;
    for (std::size_t at = 0; at < word.size();) {
        if (at == base + lattice.size() - 1 && at > base) {
            appendBest(base, at, output, lattice);
            lattice.assign(1, {lattice.back().score});
            base = at;
        }
        std::size_t next = at;
        nextCodePoint(word, next);
        const double before = lattice[at - base].score;
        const auto offer = [&](std::size_t length, std::int32_t token, double score) {
            if (lattice.size() <= at - base + length)
                lattice.resize(at - base + length + 1);
            LatticeNode& node = lattice[at - base + length];
            if (node.length == 0 || before + score > node.score)
                node = {before + score, static_cast<std::uint32_t>(length), token};
        };
        bool known = false;
        m_trie.forEachPrefix(word.substr(at), [&](std::size_t length, std::int32_t id) {
            offer(length, id, m_scores[static_cast<std::size_t>(id)]);
            known = known || length == next - at;
        });
        if (!known)
            offer(next - at, -1, m_unknownScore);
        pacer.advance(next - at);
        at = next;
    }
    appendBest(base, word.size(), output, lattice);
    appendUnknown(output);
    if (lattice.capacity() > kKept)
        lattice = {};
}

/// Appends the best tokens of word[begin, end), whose lattice begins at begin; the lattice is used up.
void UnigramModel::appendBest(std::size_t begin, std::size_t end, Output& output,
                              std::vector<LatticeNode>& lattice) const {
    // Walk back from the end, turning every "comes from" on the path into a "goes to".
    std::uint32_t length = 0;
    std::int32_t token = -1;
    for (std::size_t at = end - begin; at > 0;) {
        const std::size_t from = at - lattice[at].length;
        std::swap(length, lattice[at].length);
        std::swap(token, lattice[at].token);
        at = from;
    }
    lattice[0].length = length;
    lattice[0].token = token;
    for (std::size_t at = 0; at < end - begin;) {
        const LatticeNode& step = lattice[at];
        if (step.token < 0 || step.token == m_unknown) {
            if (output.unknownEnd == output.unknownBegin)
                output.unknownBegin = begin + at;
            output.unknownEnd = begin + at + step.length;
        } else {
            appendUnknown(output);
            output.ids.push_back(step.token);
            if (output.lengths)
                output.lengths->push_back(step.length);
        }
        at += step.length;
    }
}

void UnigramModel::appendUnknown(Output& output) const {
    const std::string_view run = output.word.substr(output.unknownBegin, output.unknownEnd - output.unknownBegin);
    if (run.empty())
        return;
    output.unknownBegin = output.unknownEnd;
    const std::size_t count = output.ids.size();
    if (const auto id = m_vocabulary.find(run))
        output.ids.push_back(*id); // characters that are unknown one by one may be known as a run
    else if (!m_fallback.append(run, output.ids)) {
        if (m_unknown < 0)
            throw Error(ErrorKind::Input, m_place,
                        "has neither a token for a character of the text nor an unknown token",
                        "use the tokenizer.json that belongs to the model");
        output.ids.push_back(m_unknown);
    }
    if (!output.lengths)
        return;
    const std::size_t added = output.ids.size() - count;
    output.lengths->insert(output.lengths->end(), added, added == 1 ? static_cast<std::uint32_t>(run.size()) : 1u);
}

} // namespace vernier
