#include "core/curate/readable_text.h"

#include "core/base/error.h"
#include "core/dataset/render_document.h"

namespace vernier {

std::string readableText(const DocumentView& document) {
    PackingRecipe recipe;
    recipe.applyChatTemplate = false;
    try {
        return renderDocument(document, nullptr, recipe);
    } catch (const Error& refusal) {
        if (refusal.kind() != ErrorKind::Input)
            throw;
        return {};
    }
}

} // namespace vernier
