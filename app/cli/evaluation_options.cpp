#include "app/cli/evaluation_options.h"

#include "app/cli/arguments.h"

namespace vernier::cli {

void EvaluationOptions::addTo(CLI::App& verb) {
    verb.add_option("--data", m_files,
                    "Text to score on: a .txt is one document with nothing inserted; the records of a .jsonl are each "
                    "followed by the end-of-text token (default: the project's set evaluation)");
    verb.add_option("--set", m_set, "Set of the project to score on (default: evaluation)");
    verb.add_option("--separator", m_separator, "What follows each document: none or end-of-text")
        ->check(CLI::IsMember({"none", "end-of-text"}));
    verb.add_option("--sequence-length", m_sequenceLength, "Tokens per window")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    verb.add_option("--windows", m_windows, "Score only the first windows");
    verb.add_option("--protocol", m_protocol, "gptq-paper: every position; llama.cpp: the second half of every window")
        ->check(CLI::IsMember({"gptq-paper", "llama.cpp"}))
        ->capture_default_str();
    addPrecision(verb, m_precision);
}

EvaluationData EvaluationOptions::data() const {
    EvaluationData data;
    data.setName = m_set;
    data.files = {m_files.begin(), m_files.end()};
    data.sequenceLength = m_sequenceLength;
    data.precision = m_precision;
    data.protocol = protocolFromName(m_protocol);
    data.maxWindows = m_windows;
    if (!m_separator.empty())
        data.separator = m_separator == "none" ? Separator::None : Separator::EndOfText;
    return data;
}

} // namespace vernier::cli
