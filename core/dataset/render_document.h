#pragma once

#include "core/dataset/document.h"
#include "core/dataset/packing_recipe.h"
#include "core/text/chat_template.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// What a document looks like to the model: its text, or its messages through the chat template. Throws Error{Input}
/// naming the document when the template refuses it, or when there is no template and the recipe wants one.
std::string renderDocument(const DocumentView& document, const ChatTemplate* chatTemplate, const PackingRecipe& recipe);

/// The messages of a conversation. Throws Error{Input} naming the document when its text is no list of them.
nlohmann::json messagesOf(const DocumentView& conversation);

} // namespace vernier
