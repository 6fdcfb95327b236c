#pragma once

#include "core/export/export_format.h"

#include <string>
#include <vector>

namespace vernier {

/// Says whether a program loads an exported model, and why or why not.
struct LoaderVerdict {
    std::string loader; ///< "vLLM, Marlin kernels"
    bool loads = false;
    std::string why;
};

/// What the programs that people load such files with say to an exportable run in a format. From their sources of
/// mid-2026; nothing was run.
std::vector<LoaderVerdict> loaderVerdicts(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                                          ExportFormat format);

} // namespace vernier
