#include "core/store/set_fingerprint.h"

#include "core/base/sha256.h"
#include "core/store/recipe_json.h"

#include <span>

#include <nlohmann/json.hpp>

namespace vernier {

std::string setFingerprint(const CalibrationSet& set, const Corpus& corpus) {
    Sha256 hash;
    hash.update("vernier set\n");
    for (const std::uint32_t document : set.documents) {
        const Sha256Digest content = contentHash(corpus[document]);
        hash.update(std::as_bytes(std::span(content)));
    }
    hash.update(toJson(set.recipe).dump());
    return hash.finish();
}

} // namespace vernier
