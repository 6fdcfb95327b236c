#include "core/calibrate/hidden_states.h"

#include "core/base/file.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

// Tokens read, computed and written at a time, at least one window. Large enough that what a block sets up for a call
// costs nothing beside it, small enough that a chunk of a wide model (8192 of 4096: 128 MB) is no burden. Fixed,
// because sums over tokens are grouped by it.
constexpr Index kChunkTokens = 8192;

} // namespace

Index HiddenStates::chunkTokens(Index sequenceLength) {
    return std::max<Index>(1, kChunkTokens / sequenceLength) * sequenceLength;
}

HiddenStates::HiddenStates(Index tokens, Index width, Index sequenceLength, HiddenPlace place)
    : m_shape{tokens, width, chunkTokens(sequenceLength)}, m_place(std::move(place)) {
    if (!m_place.inMemory || !m_place.checkpoint.empty())
        createFolders(m_place.folder);
    if (!m_place.checkpoint.empty())
        createFolders(m_place.checkpoint.parent_path());
    if (m_place.inMemory)
        m_memory = Matrix(tokens, width);
}

MatrixView<float> HiddenStates::readFile(Index chunk, Matrix& buffer) const {
    if (buffer.rows() < m_shape.rows(chunk) || buffer.cols() != m_shape.width)
        buffer = Matrix(m_shape.rows(0), m_shape.width);
    const auto rows = buffer.view().rowRange(0, m_shape.rows(chunk));
    if (!m_file) {
        std::fill_n(rows.data, rows.rows * rows.cols, 0.0f);
        return rows;
    }
    m_file->read(chunk, rows);
    if (chunk + 1 < chunks())
        m_file->prefetch(chunk + 1);
    return rows;
}

MatrixView<const float> HiddenStates::read(Index chunk, Matrix& buffer) const {
    if (!m_place.inMemory)
        return readFile(chunk, buffer);
    return m_memory.view().rowRange(m_shape.firstToken(chunk), m_shape.rows(chunk));
}

std::optional<HiddenFile> HiddenStates::beginGeneration(const JobContext& job) {
    if (m_place.checkpoint.empty())
        return std::nullopt;
    try {
        return HiddenFile(m_place.checkpoint.parent_path(), m_shape);
    } catch (const Error& error) {
        abandonCheckpoints(error, job);
        return std::nullopt;
    }
}

void HiddenStates::abandonCheckpoints(const Error& reason, const JobContext& job) {
    // A pass that does not need the disk goes on without it; one that spills cannot.
    if (reason.kind() != ErrorKind::Io || !m_place.inMemory)
        throw reason;
    job.log(fmt::format("{}; going on without a checkpoint, an interrupted pass would begin again", reason.what()));
    m_place.checkpoint.clear();
    m_file.reset();
}

void HiddenStates::update(const std::function<void(Index first, MatrixView<float> rows)>& change,
                          const JobContext& job) {
    std::optional<HiddenFile> next = beginGeneration(job);
    if (!m_place.inMemory && !next && !m_file)
        next.emplace(m_place.folder, m_shape);
    Matrix buffer;
    for (Index chunk = 0; chunk < chunks(); ++chunk) {
        job.throwIfCancelled();
        const MatrixView<float> rows = m_place.inMemory
                                           ? m_memory.view().rowRange(m_shape.firstToken(chunk), m_shape.rows(chunk))
                                           : readFile(chunk, buffer);
        change(m_shape.firstToken(chunk), rows);
        if (!m_place.inMemory) {
            (next ? *next : *m_file).write(chunk, rows);
        } else if (next) {
            try {
                next->write(chunk, rows);
            } catch (const Error& error) {
                next.reset();
                abandonCheckpoints(error, job);
            }
        }
    }
    if (next)
        m_file = std::move(next);
}

void HiddenStates::checkpoint(int blocks, const JobContext& job) {
    if (m_place.checkpoint.empty() || !m_file)
        return;
    try {
        m_file->publish(m_place.checkpoint, blocks, m_place.checkpointInputs, job);
    } catch (const Error& error) {
        abandonCheckpoints(error, job);
    }
    if (m_place.inMemory)
        m_file.reset();
}

int HiddenStates::resume(int mostBlocks, const JobContext& job) {
    const fs::path& path = m_place.checkpoint;
    if (path.empty())
        return 0;
    try {
        const auto header = readHiddenHeader(path);
        if (!header || header->inputs != m_place.checkpointInputs || header->blocks > mostBlocks)
            return 0;
        if (!m_place.inMemory)
            m_file.emplace(m_place.folder, m_shape);
        readHiddenFile(path, m_shape, [&](Index chunk, MatrixView<const float> rows) {
            job.throwIfCancelled();
            if (m_place.inMemory)
                std::copy_n(rows.data, rows.rows * rows.cols, m_memory.view().row(m_shape.firstToken(chunk)));
            else
                m_file->write(chunk, rows);
        });
        return header->blocks;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input && error.kind() != ErrorKind::Io)
            throw;
        std::error_code ignored;
        fs::remove(path, ignored);
        m_file.reset();
        job.log(fmt::format("{}: {}; it was removed, the pass begins again", error.place(), error.problem()));
        return 0;
    }
}

void HiddenStates::removeCheckpoint() {
    std::error_code ignored;
    if (!m_place.checkpoint.empty())
        fs::remove(m_place.checkpoint, ignored);
}

void embedWindows(const Model& model, const TokenWindows& windows, HiddenStates& hidden, const JobContext& job) {
    hidden.update(
        [&](Index first, MatrixView<float> rows) {
            model.embed(
                std::span(windows.ids).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(rows.rows)),
                windows.sequenceLength, rows);
        },
        job);
}

void forwardBlock(const Block& block, Index sequenceLength, HiddenStates& hidden, const JobContext& job) {
    hidden.update([&](Index, MatrixView<float> rows) { block.forward(rows, sequenceLength, job); }, job);
}

void requirePositions(const Model& model, const TokenWindows& windows) {
    if (windows.sequenceLength > model.spec.maxPositions)
        throw Error(ErrorKind::Input, "sequence length",
                    fmt::format("{} is more than the {} positions of the model", windows.sequenceLength,
                                model.spec.maxPositions),
                    "choose a shorter one");
}

} // namespace vernier
