#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Renders conversations into the text a chat model expects, with the Jinja template of tokenizer_config.json.
/// Immutable; any number of threads may call render().
class ChatTemplate {
public:
    /// Parses a template. Throws Error{Input} naming place, line and what is wrong, Error{Unsupported} for a construct
    /// outside the subset Vernier runs. place says where the source came from.
    ChatTemplate(std::string_view source, const std::string& place);

    /// The template of a model folder (chat_template in tokenizer_config.json, a string or a list of named ones of
    /// which "default" counts, or chat_template.jinja), with its bos_token and eos_token; nothing when the folder has
    /// none.
    static std::optional<ChatTemplate> load(const std::filesystem::path& folder);

    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;
    ~ChatTemplate();

    /// Text of messages, a JSON list of objects with role and content. Throws Error{Input} when the template itself
    /// raises an exception, or the conversation is not a list of objects, or a step or output limit is passed.
    std::string render(const nlohmann::json& messages, bool addGenerationPrompt = false) const;

    /// Text of whatever variables the template is to find by name: messages, add_generation_prompt, tools, documents,
    /// bos_token …; they win over the special tokens of the folder, and objects keep the order they have. Throws as the
    /// other one does.
    std::string renderWith(const nlohmann::ordered_json& variables) const;

    /// SHA-256 of the template's source, to tell whether two models render alike.
    const std::string& fingerprint() const;

private:
    struct Program;
    explicit ChatTemplate(std::unique_ptr<const Program> program);
    std::unique_ptr<const Program> m_program;
};

} // namespace vernier
