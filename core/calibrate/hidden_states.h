#pragma once

#include "core/base/error.h"
#include "core/base/job.h"
#include "core/calibrate/hidden_file.h"
#include "core/dataset/token_windows.h"
#include "core/model/block.h"
#include "core/model/model.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace vernier {

/// Says where the hidden states of a pass may be.
struct HiddenPlace {
    bool inMemory = true;                  ///< otherwise in a nameless file in the folder
    std::filesystem::path folder;          ///< of the file; needed when not in memory or when there is a checkpoint
    std::filesystem::path checkpoint = {}; ///< file that outlives a killed process; empty for none
    std::string checkpointInputs = {};     ///< JSON text that the checkpoint records and must have to be resumed
};

/// Holds the hidden states of all windows between two blocks, [tokens, hiddenSize] in float32: in memory, or on the
/// disk with one chunk in memory at a time. Chunks are the same either way, so that results are, too. Movable.
///
/// With a checkpoint, every update also writes its result to a second, nameless file, which checkpoint() gives its name
/// in place of the one before: at any moment the name stands for the whole output of a finished block. That costs
/// 4 · hiddenSize bytes of writing per token and block, done while the next chunk computes, against about
/// 40 · hiddenSize² floating-point operations: a percent of the time of a model of hidden size 2048 on a disk of
/// 500 MB/s. On the disk there are two generations at a time, in or beyond memory alike.
class HiddenStates {
public:
    /// All zero; chunks of whole windows. Throws Error{Io} when the folder takes no file.
    HiddenStates(Index tokens, Index width, Index sequenceLength, HiddenPlace place);

    const HiddenShape& shape() const { return m_shape; }
    Index chunks() const { return m_shape.chunks(); }

    /// The rows of a chunk: those in memory, or read into buffer.
    MatrixView<const float> read(Index chunk, Matrix& buffer) const;

    /// Lets change(first token, rows) replace the rows of every chunk, in order. When it throws, the states are lost.
    /// Checks the job for cancellation at every chunk.
    void update(const std::function<void(Index first, MatrixView<float> rows)>& change, const JobContext& job);

    /// Keeps what the last update made, the output of the first `blocks` blocks, as the checkpoint; does nothing
    /// without one. A disk that takes no checkpoint ends checkpoints, with a line to the job, where the states are in
    /// memory.
    void checkpoint(int blocks, const JobContext& job);

    /// Takes the states of a checkpoint whose inputs, shape and number of blocks (at most `mostBlocks`) fit; returns
    /// how many blocks it had behind it, 0 when there is none. One that is damaged is removed, with a line to the job.
    int resume(int mostBlocks, const JobContext& job);

    /// Removes the checkpoint: the pass is complete.
    void removeCheckpoint();

    /// Tokens per chunk for windows of a length.
    static Index chunkTokens(Index sequenceLength);

private:
    MatrixView<float> readFile(Index chunk, Matrix& buffer) const;
    std::optional<HiddenFile> beginGeneration(const JobContext& job);
    void abandonCheckpoints(const Error& reason, const JobContext& job);

    HiddenShape m_shape;
    HiddenPlace m_place;
    Matrix m_memory;                  ///< empty when spilled
    std::optional<HiddenFile> m_file; ///< the newest generation: what is read when spilled, what checkpoint() names
};

/// Fills hidden with the embedded ids of all windows. Throws Error{Input} for an id outside the vocabulary.
void embedWindows(const Model& model, const TokenWindows& windows, HiddenStates& hidden, const JobContext& job);

/// Runs all hidden states through a block.
void forwardBlock(const Block& block, Index sequenceLength, HiddenStates& hidden, const JobContext& job);

/// Throws Error{Input} when the windows are longer than the model's positions.
void requirePositions(const Model& model, const TokenWindows& windows);

} // namespace vernier
