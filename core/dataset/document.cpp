#include "core/dataset/document.h"

#include <fmt/format.h>

namespace vernier {

DocumentView::DocumentView(const Document& document)
    : text(document.text), domain(document.domain), source(document.source), field(document.field), tags(document.tags),
      line(document.line), importedAt(document.importedAt), replacedBytes(document.replacedBytes),
      isConversation(document.isConversation) {}

Sha256Digest contentHash(const DocumentView& document) {
    if (document.hash)
        return *document.hash;
    Sha256 hash;
    hash.update(document.isConversation ? "conversation\n" : "text\n");
    hash.update(document.text);
    return hash.digest();
}

Document toDocument(const DocumentView& view) {
    Document document;
    document.text = view.text;
    document.isConversation = view.isConversation;
    document.domain = view.domain;
    document.source = view.source;
    document.line = view.line;
    document.field = view.field;
    document.tags.assign(view.tags.begin(), view.tags.end());
    document.replacedBytes = view.replacedBytes;
    document.importedAt = view.importedAt;
    return document;
}

std::string placeOf(const DocumentView& document) {
    return document.line ? fmt::format("{}, line {}", document.source, document.line) : std::string(document.source);
}

} // namespace vernier
