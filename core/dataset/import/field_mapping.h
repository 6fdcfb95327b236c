#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Names the fields of a record that become a document: one with the text or the messages, or those of an instruction
/// and its answer, which become a conversation. Empty names are not used.
struct FieldMapping {
    std::string text = {};        ///< a text, or a list of messages in OpenAI or ShareGPT form
    std::string instruction = {}; ///< what the user says
    std::string input = {};       ///< more of it, behind an empty line
    std::string output = {};      ///< what the assistant answers
    std::string system = {};      ///< what stands before both
    std::string domain = {};      ///< what the record says it is about

    bool isPair() const { return !instruction.empty(); }
    std::string name() const; ///< "text", "instruction+input+output"
    bool operator==(const FieldMapping&) const = default;
};

/// The shapes that are recognised, the more telling ones first: messages, conversations, text, content,
/// instruction/input/output (Alpaca), instruction/context/response (Dolly), prompt/completion, prompt/response,
/// question/answer.
std::span<const FieldMapping> knownMappings();

/// Reads "text=body" or "instruction=q,output=a". Throws Error{Input} naming the part that is wrong.
FieldMapping parseFieldMapping(std::string_view text);

} // namespace vernier
