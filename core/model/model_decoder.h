#pragma once

#include "core/model/block.h"
#include "core/model/head.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

class Sampler;

/// Runs one text through a model token by token, with the keys and values of what came before cached. Holds all blocks
/// in memory: for models that fit there. Gives the logits that a pass over the whole text would, to float32 rounding.
class ModelDecoder {
public:
    /// Loads the model, which must live as long, for texts of at most capacity tokens; with its changes. Throws
    /// Error{Input} when the capacity is more than the model's positions, Cancelled between blocks.
    ModelDecoder(const Model& model, Index capacity, const JobContext& job, const ModelChanges& changes = {});

    Index length() const { return std::ssize(m_ids); } ///< tokens so far
    Index capacity() const { return m_capacity; }

    /// Appends tokens to the text and gives the logits [vocabulary] of the one to follow; the view lives until the next
    /// call. Throws Error{Input} when the text would be longer than the capacity or an id is outside the vocabulary,
    /// Cancelled between blocks; the text is then to be begun anew.
    std::span<const float> append(std::span<const std::int32_t> ids, const JobContext& job);

    /// Begins another text.
    void clear();

private:
    /// Runs the last tokens of the text, which the caches do not know yet.
    void run(std::span<const std::int32_t> ids, Index firstPosition, const JobContext& job);
    bool anglesChange(Index before, Index after) const;

    const Model& m_model;
    Index m_capacity;
    std::vector<Block> m_blocks;
    std::vector<KeyValueCache> m_caches; ///< per block
    std::vector<RotaryTable> m_rotary;   ///< per entry of ArchitectureSpec::rotary
    Head m_head;
    std::vector<std::int32_t> m_ids;
    Matrix m_logits;
};

/// Lets the model write on after a prompt: at most so many tokens, up to and with the first of the stop tokens.
/// Progress is the caller's; cancellation is checked at every token. Throws as ModelDecoder::append.
std::vector<std::int32_t> continueText(ModelDecoder& decoder, std::span<const std::int32_t> prompt, Index tokens,
                                       std::span<const std::int32_t> stops, Sampler& sampler, const JobContext& job);

} // namespace vernier
