#include "core/model/model_decoder.h"

#include "core/base/error.h"
#include "core/model/sampler.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

ModelDecoder::ModelDecoder(const Model& model, Index capacity, const JobContext& job, const ModelChanges& changes)
    : m_model(model), m_capacity(capacity), m_head(model, Precision::F32, job), m_logits(1, model.spec.vocabularySize) {
    if (capacity < 1 || capacity > model.spec.maxPositions)
        throw Error(ErrorKind::Input, "text length",
                    fmt::format("{} is not in 1 … {}, the positions of the model", capacity, model.spec.maxPositions),
                    "choose a shorter one");
    for (int index = 0; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        m_blocks.emplace_back(model, index, changes, Precision::F32, job);
        m_caches.push_back(m_blocks.back().cache(capacity));
    }
    for (const RotarySpec& rotary : model.spec.rotary)
        m_rotary.emplace_back(rotary, rotary.dependsOnLength(capacity) ? rotary.originalPositions : capacity);
}

void ModelDecoder::clear() {
    m_ids.clear();
    for (KeyValueCache& cache : m_caches)
        cache.length = 0;
}

bool ModelDecoder::anglesChange(Index before, Index after) const {
    return std::ranges::any_of(m_model.spec.rotary,
                               [&](const RotarySpec& rotary) { return !rotary.sameAngles(before, after); });
}

std::span<const float> ModelDecoder::append(std::span<const std::int32_t> ids, const JobContext& job) {
    const Index before = length(), after = before + std::ssize(ids);
    if (ids.empty() || after > m_capacity)
        throw Error(ErrorKind::Input, "text length",
                    fmt::format("{} tokens after {} of at most {}", ids.size(), before, m_capacity),
                    "append at least one token and keep within the length that was asked for");
    m_ids.insert(m_ids.end(), ids.begin(), ids.end());
    if (anglesChange(before, after)) {
        // Every token turns by other angles than before: nothing that was cached holds.
        for (std::size_t i = 0; i < m_rotary.size(); ++i) {
            const RotarySpec& rotary = m_model.spec.rotary[i];
            m_rotary[i] = RotaryTable(rotary, rotary.sameAngles(after, m_capacity) ? m_capacity : after);
        }
        for (KeyValueCache& cache : m_caches)
            cache.length = 0;
        run(m_ids, 0, job);
    } else {
        run(ids, before, job);
    }
    return m_logits.values();
}

void ModelDecoder::run(std::span<const std::int32_t> ids, Index firstPosition, const JobContext& job) {
    Matrix hidden(std::ssize(ids), m_model.spec.hiddenSize);
    m_model.embed(ids, hidden.rows(), hidden.view(), firstPosition);
    for (std::size_t block = 0; block < m_blocks.size(); ++block) {
        job.throwIfCancelled();
        const int rotary = m_model.spec.perBlock[block].rotary;
        m_blocks[block].forwardNext(hidden.view(), rotary < 0 ? nullptr : &m_rotary[static_cast<std::size_t>(rotary)],
                                    m_caches[block], job);
    }
    m_head.logits(hidden.view().rowRange(hidden.rows() - 1, 1), m_logits.view());
}

std::vector<std::int32_t> continueText(ModelDecoder& decoder, std::span<const std::int32_t> prompt, Index tokens,
                                       std::span<const std::int32_t> stops, Sampler& sampler, const JobContext& job) {
    std::vector<std::int32_t> written;
    std::span<const float> logits = decoder.append(prompt, job);
    while (std::ssize(written) < tokens) {
        written.push_back(sampler.pick(logits));
        if (std::ranges::find(stops, written.back()) != stops.end() || std::ssize(written) == tokens)
            break;
        logits = decoder.append(std::span(written).last(1), job);
    }
    return written;
}

} // namespace vernier
