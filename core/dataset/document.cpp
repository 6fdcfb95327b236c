#include "core/dataset/document.h"

#include "core/base/sha256.h"

namespace vernier {

std::string contentHash(const Document& document) {
    Sha256 hash;
    hash.update(document.isConversation ? "conversation\n" : "text\n");
    hash.update(document.text);
    return hash.finish();
}

} // namespace vernier
