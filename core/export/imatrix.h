#pragma once

#include "core/base/job.h"
#include "core/calibrate/block_statistics.h"
#include "core/model/architecture.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace vernier {

enum class ImatrixForm {
    Gguf, ///< what llama-imatrix writes today: NAME.in_sum2 and NAME.counts
    Dat,  ///< the older binary list
};

/// Is a calibration as the importance matrix export sees it.
struct ImatrixSource {
    const ArchitectureSpec& spec;
    std::function<std::shared_ptr<const BlockStatistics>(int block)> block; ///< asked for in order
    std::string dataset;                                                    ///< what the text is called
    std::int64_t windows = 0;                                               ///< "chunks"
    int sequenceLength = 0;
};

/// Writes, for `llama-quantize --imatrix`, the sum of the squares of every input channel of every linear over all
/// tokens, under llama.cpp's tensor names, in place of a file of that name or not at all. Throws Error{Unsupported}
/// naming families that llama.cpp calls otherwise than Vernier knows (ggufFamilies), Error{Io}.
void writeImatrix(const ImatrixSource& source, const std::filesystem::path& file, ImatrixForm form, JobContext& job);

} // namespace vernier
