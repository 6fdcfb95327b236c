#include "tests/fuzz/fuzz_targets.h"

#include "core/text/chat_template.h"

#include <string>

#include <nlohmann/json.hpp>

namespace vernier::fuzz {

void chatTemplate(std::string_view bytes) {
    static const nlohmann::json messages = nlohmann::json::parse(R"([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "  Hi there \n"},
        {"role": "assistant", "content": null, "tool_calls": [{"name": "f", "arguments": {"x": 1.5, "y": [true]}}]},
        {"role": "user", "content": [{"type": "text", "text": "part"}, {"type": "image"}]}
    ])");
    toleratingErrors([&] {
        const ChatTemplate chat(bytes, "input.jinja");
        for (const bool prompt : {false, true})
            toleratingErrors([&] { chat.render(messages, prompt); });
    });
}

} // namespace vernier::fuzz
