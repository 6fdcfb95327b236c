#pragma once

#include "core/quantize/presets.h"

#include <functional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace vernier::cli {

/// Is what a command line says about a quantization, as changes to a preset's settings.
class SettingsOptions {
public:
    /// Adds the options to a verb. This must live until the verb has run.
    void addTo(CLI::App& verb);

    /// The settings that were asked for. Throws Error{Input} when they make no sense.
    QuantizeSettings settings() const;

private:
    using Change = std::function<void(QuantizeSettings&)>;

    void addScheme(CLI::App& verb);
    void addRanges(CLI::App& verb);
    void addGptq(CLI::App& verb);
    void addScaling(CLI::App& verb);
    void addActivations(CLI::App& verb);
    void addOverrides(CLI::App& verb);
    template <class Value>
    CLI::Option* add(CLI::App& verb, const char* option, const char* help,
                     void (*apply)(QuantizeSettings&, const Value&));

    std::string m_preset;
    std::vector<Change> m_changes;
};

} // namespace vernier::cli
