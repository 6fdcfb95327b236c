#pragma once

#include "core/model/rotary.h"
#include "core/model/tap.h"
#include "core/tensor/activations.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is one linear of a block: its name inside the block ("self_attn.q_proj") and its weight's shape [out, in].
struct LinearSpec {
    std::string name;
    Index out = 0, in = 0;
    bool bias = false; ///< adds a vector [out], which stays as it is when the weight is quantized
    bool transposed =
        false; ///< the checkpoint keeps the weight as [in, out] (GPT-2's Conv1D); everybody sees [out, in]
};

/// Names the linears of a block that read the same input; they share a tap, a Gram and an AWQ scale. The tap is named
/// after the first of them.
struct InputGroup {
    std::vector<LinearSpec> linears;
    int expert = -1; ///< of the linears of a mixture's expert, which only some of the tokens reach
    Index in() const { return linears.front().in; }
    Index out() const; ///< of all linears together
};

/// Is a tensor that a checkpoint must hold.
struct TensorSpec {
    std::string name;
    std::vector<std::int64_t> shape;
};

enum class NormKind {
    Rms,        ///< x / rms(x) · weight
    RmsPlusOne, ///< x / rms(x) · (1 + weight), Gemma's
    Layer,      ///< (x − mean) / deviation · weight + bias
};

/// Is how the queries, keys and values of a token stand in the output of the linears that make them.
enum class HeadOrder {
    Kinds, ///< all queries, all keys, all values
    Heads, ///< query, key and value of each head in turn (GPT-NeoX)
};

/// Is what one block does differently from its neighbours.
struct BlockSpec {
    Index slidingWindow = 0; ///< a token sees so many tokens, itself the last; 0: all before it
    int rotary = -1;         ///< index into ArchitectureSpec::rotary; none without rotary positions
    bool sparse = false;     ///< a mixture of experts in place of one feed-forward layer
};

/// Describes a sparse mixture of experts: a router picks for each token the perToken experts of largest probability.
struct MixtureSpec {
    int experts = 0;
    int perToken = 0;
    Index intermediateSize = 0;
    bool normalised = true; ///< the probabilities of those picked are made to sum to 1
};

/// Names the tensors of a family, the modules of a block relative to its prefix; ".weight" and ".bias" follow. Empty:
/// there is none.
struct TensorNames {
    std::string base = "model."; ///< what some checkpoints leave away in front of names
    std::string embedding = "model.embed_tokens", positions = {}, finalNorm = "model.norm", head = "lm_head";
    std::string blocks = "model.layers";
    std::string attentionNorm = "input_layernorm", afterAttentionNorm = {};
    std::string feedForwardNorm = "post_attention_layernorm", afterFeedForwardNorm = {};
    std::string attention = "self_attn";
    std::vector<std::string> queryKeyValue = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}; ///< or one
    std::string attentionOutput = "self_attn.o_proj";
    std::string queryNorm = {}, keyNorm = {};
    std::vector<std::string> feedForwardInput = {"mlp.gate_proj", "mlp.up_proj"}; ///< or one: fused, or not gated
    std::string feedForwardOutput = "mlp.down_proj";
    std::string router = {}, experts = {};                           ///< "mlp.gate", "mlp.experts"
    std::vector<std::string> expertInput = {"gate_proj", "up_proj"}; ///< below "mlp.experts.3"
    std::string expertOutput = "down_proj";
};

/// Describes a decoder-only model as data, read from config.json (Hugging Face layout). One interpreter (Block, Head)
/// runs every description; a family of models is a function from config.json to it (core/model/families).
struct ArchitectureSpec {
    std::string modelType; ///< "llama"
    TensorNames names;
    Index vocabularySize = 0;
    Index hiddenSize = 0;
    Index intermediateSize = 0;
    int blocks = 0;
    int heads = 0;
    int keyValueHeads = 0;
    Index headSize = 0;
    int maxPositions = 0;

    NormKind norm = NormKind::Rms;
    float normEpsilon = 1e-5f;
    Activation activation = Activation::Silu;
    bool gated = true;     ///< the feed-forward layer is f(gate) · up, not f(up)
    bool parallel = false; ///< attention and feed-forward read the same residual stream (GPT-NeoX)
    bool queryKeyValueBias = false, attentionOutputBias = false, feedForwardBias = false;
    bool transposed = false; ///< weights of linears are stored [in, out]
    HeadOrder headOrder = HeadOrder::Kinds;
    double attentionScale = 0; ///< on products of queries and keys: 1 / sqrt(headSize) in most
    double attentionCap = 0;   ///< soft cap of scores, 0 for none
    double logitCap = 0;       ///< soft cap of logits, 0 for none
    double embeddingScale = 1;
    Index positionOffset = 0; ///< rows of the learned positions before that of the first token
    bool tiedHead = false;    ///< the head's weight is the embedding's
    MixtureSpec mixture;
    std::vector<RotarySpec> rotary; ///< those that blocks choose from
    std::vector<BlockSpec> perBlock;

    /// Reads config.json of a model folder. Throws Error{Input} naming key and range, Error{Unsupported} naming what is
    /// known for another architecture or a feature of it that is not.
    static ArchitectureSpec load(const std::filesystem::path& folder);

    const BlockSpec& blockSpec(int block) const { return perBlock.at(static_cast<std::size_t>(block)); }
    /// The rotary positions of a block, or null.
    const RotarySpec* rotaryOf(int block) const;

    /// The groups of linears of a block, in the order in which their inputs arise: attention, its output, then the
    /// feed-forward layer and its output, for each expert where the block is sparse.
    std::vector<InputGroup> inputGroups(int block) const;

    /// The taps of a block: the input of every input group, in the order of inputGroups(block), so that these have the
    /// same index; the output of every linear, in the same order; then key, value, residual.
    std::vector<TapSpec> taps(int block) const;

    /// The tap behind the last block: logits, capped where the model caps them, one channel per entry of the
    /// vocabulary.
    TapSpec logitsTap() const;

    /// The tensors of a block, and those outside of blocks: embeddings, final norm, head.
    std::vector<TensorSpec> blockTensors(int block) const;
    std::vector<TensorSpec> outerTensors() const;

    /// "model.layers.3"
    std::string blockPrefix(int block) const;
    /// "model.layers.3.mlp.down_proj"
    std::string linearName(int block, std::string_view linear) const;
    /// The block in which a linear of this full name stands; −1 for a name of another form.
    int blockOf(std::string_view linear) const;
    /// How many linears the blocks have.
    std::int64_t linears() const;
    /// Elements of the weights that are quantized: the linears of all blocks.
    std::int64_t linearParameters() const;
};

} // namespace vernier
