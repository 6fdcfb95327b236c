#pragma once

#include "core/workbench/evaluate.h"

#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace vernier::cli {

/// Is what a command line says about a text to score on, and how.
class EvaluationOptions {
public:
    /// Adds the options to a verb. This must live until the verb has run.
    void addTo(CLI::App& verb);

    EvaluationData data() const;

private:
    std::string m_set, m_separator, m_protocol = "gptq-paper";
    std::optional<int> m_windows;
    std::vector<std::string> m_files;
    int m_sequenceLength = 256;
    Precision m_precision = Precision::F32;
};

} // namespace vernier::cli
