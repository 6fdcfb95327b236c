#include "core/text/chat_template.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_file.h"
#include "core/base/sha256.h"
#include "core/base/utf8.h"
#include "core/text/jinja/evaluator.h"
#include "core/text/jinja/json.h"
#include "core/text/jinja/syntax_failure.h"
#include "core/text/jinja/template_parser.h"
#include "core/text/json_view.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kFileLimit = 16u << 20;

using Variables = std::vector<std::pair<std::string, jinja::Value>>;

[[noreturn]] void raise(const jinja::Failure& failure, const std::string& place, int line) {
    throw Error(failure.kind(), fmt::format("{}, line {}", place, line), failure.what(),
                failure.kind() == ErrorKind::Unsupported ? "write the template without it" : "");
}

/// The template that counts: a string, or the one called "default" in a list of named ones.
std::optional<std::string> chosenTemplate(const JsonView& json) {
    if (!json.value().is_array())
        return json.string();
    for (std::size_t i = 0; i < json.listSize(); ++i)
        if (json.at(i).at("name").string() == "default")
            return json.at(i).at("template").string();
    return std::nullopt;
}

/// The special tokens of tokenizer_config.json under the names templates know them by.
Variables specialTokens(const JsonView& config) {
    Variables tokens;
    for (const char* name :
         {"bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token"})
        if (config.has(name)) {
            const JsonView token = config.at(name);
            tokens.emplace_back(name, token.value().is_object() ? token.at("content").string() : token.string());
        }
    return tokens;
}

} // namespace

struct ChatTemplate::Program {
    std::string place;
    std::string fingerprint;
    Variables specialTokens;
    jinja::Block block;

    Program(std::string_view source, std::string where, Variables tokens)
        : place(std::move(where)), fingerprint(sha256(source)), specialTokens(std::move(tokens)) {
        try {
            block = jinja::parseTemplate(repairUtf8(source).text);
        } catch (const jinja::SyntaxFailure& failure) {
            raise(failure, place, failure.line());
        }
    }

    std::string run(Variables variables) const {
        variables.insert(variables.begin(), specialTokens.begin(), specialTokens.end());
        jinja::Evaluator evaluator(std::move(variables));
        try {
            return evaluator.run(block);
        } catch (const jinja::Failure& failure) {
            raise(failure, place, evaluator.line());
        }
    }

    template <typename Json>
    void requireConversation(const Json& messages) const {
        bool listOfObjects = messages.is_array();
        if (listOfObjects)
            for (const auto& message : messages)
                listOfObjects = listOfObjects && message.is_object();
        if (!listOfObjects)
            throw Error(ErrorKind::Input, place, "the conversation is not a list of messages",
                        "give a list of objects with role and content");
    }

    /// Turns JSON into a value, unless it is nested too deeply.
    template <typename Json>
    jinja::Value valueOf(const Json& json) const {
        try {
            return jinja::fromJson(json);
        } catch (const jinja::Failure& failure) {
            throw Error(ErrorKind::Input, place, failure.what(), "use a flatter conversation");
        }
    }
};

ChatTemplate::ChatTemplate(std::string_view source, const std::string& place)
    : m_program(std::make_unique<const Program>(source, place, Variables())) {}

ChatTemplate::ChatTemplate(std::unique_ptr<const Program> program) : m_program(std::move(program)) {}

ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

std::optional<ChatTemplate> ChatTemplate::load(const fs::path& folder) {
    const fs::path configPath = folder / "tokenizer_config.json", jinjaPath = folder / "chat_template.jinja";
    std::optional<std::string> source;
    Variables tokens;
    std::string place = configPath.string() + ", chat_template";
    if (fs::exists(configPath)) {
        const nlohmann::json json = readJson(configPath, kFileLimit);
        const JsonView config(json, configPath.string());
        if (!json.is_object())
            config.fail("is not an object");
        tokens = specialTokens(config);
        if (config.has("chat_template") && !fs::exists(jinjaPath))
            source = chosenTemplate(config.at("chat_template"));
    }
    if (fs::exists(jinjaPath)) {
        source = readFile(jinjaPath, kFileLimit);
        place = jinjaPath.string();
    }
    if (!source)
        return std::nullopt;
    return ChatTemplate(std::make_unique<const Program>(*source, place, std::move(tokens)));
}

const std::string& ChatTemplate::fingerprint() const {
    return m_program->fingerprint;
}

std::string ChatTemplate::render(const nlohmann::json& messages, bool addGenerationPrompt) const {
    m_program->requireConversation(messages);
    return m_program->run(
        {{"messages", m_program->valueOf(messages)}, {"add_generation_prompt", jinja::Value(addGenerationPrompt)}});
}

std::string ChatTemplate::renderWith(const nlohmann::ordered_json& variables) const {
    if (!variables.is_object())
        throw Error(ErrorKind::Input, m_program->place, "the variables are not an object");
    Variables values;
    for (const auto& [name, value] : variables.items()) {
        if (name == "messages")
            m_program->requireConversation(value);
        values.emplace_back(name, m_program->valueOf(value));
    }
    return m_program->run(std::move(values));
}

} // namespace vernier
