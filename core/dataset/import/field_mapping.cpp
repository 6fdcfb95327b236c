#include "core/dataset/import/field_mapping.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace vernier {

std::string FieldMapping::name() const {
    if (!isPair())
        return text;
    return input.empty() ? fmt::format("{}+{}", instruction, output)
                         : fmt::format("{}+{}+{}", instruction, input, output);
}

std::span<const FieldMapping> knownMappings() {
    static const std::array<FieldMapping, 9> kKnown = {{{.text = "messages", .domain = "domain"},
                                                        {.text = "conversations", .domain = "domain"},
                                                        {.text = "text", .domain = "domain"},
                                                        {.text = "content", .domain = "domain"},
                                                        {{}, "instruction", "input", "output", "system", "domain"},
                                                        {{}, "instruction", "context", "response", "system", "domain"},
                                                        {{}, "prompt", {}, "completion", "system", "domain"},
                                                        {{}, "prompt", {}, "response", "system", "domain"},
                                                        {{}, "question", {}, "answer", "system", "domain"}}};
    return kKnown;
}

FieldMapping parseFieldMapping(std::string_view text) {
    const auto refuse = [&](std::string problem) {
        throw Error(ErrorKind::Input, fmt::format("field mapping {}", text), std::move(problem),
                    "write text=FIELD, or instruction=FIELD,output=FIELD with input=, system= and domain= as needed");
    };
    FieldMapping mapping;
    const std::array<std::pair<std::string_view, std::string*>, 6> parts = {{{"text", &mapping.text},
                                                                             {"instruction", &mapping.instruction},
                                                                             {"input", &mapping.input},
                                                                             {"output", &mapping.output},
                                                                             {"system", &mapping.system},
                                                                             {"domain", &mapping.domain}}};
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        const std::size_t equals = part.find('=');
        std::string* target = nullptr;
        for (const auto& [name, value] : parts)
            if (equals != std::string_view::npos && part.substr(0, equals) == name)
                target = value;
        if (!target || equals + 1 == part.size())
            refuse(fmt::format("has no meaning at \"{}\"", part));
        *target = part.substr(equals + 1);
    }
    if (mapping.text.empty() == mapping.instruction.empty() || mapping.instruction.empty() != mapping.output.empty())
        refuse("names neither a text nor an instruction with its output");
    if (mapping.domain.empty())
        mapping.domain = "domain";
    return mapping;
}

} // namespace vernier
