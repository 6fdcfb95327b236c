#include "core/text/token_model.h"

#include "core/text/bpe_model.h"
#include "core/text/unigram_model.h"

#include <nlohmann/json.hpp>

namespace vernier {

std::unique_ptr<const TokenModel> readTokenModel(const JsonView& json, bool byteLevel) {
    // Old files do not name the type; the shape of the vocabulary tells.
    const std::string type = json.has("type")                                           ? json.at("type").string()
                             : json.has("merges")                                       ? "BPE"
                             : json.has("vocab") && json.at("vocab").value().is_array() ? "Unigram"
                                                                                        : "WordPiece";
    if (type == "BPE")
        return std::make_unique<BpeModel>(json, byteLevel);
    if (type == "Unigram" && !byteLevel)
        return std::make_unique<UnigramModel>(json);
    json.unknownType("a model", type == "Unigram" ? "Unigram behind ByteLevel" : type, "BPE, Unigram");
}

} // namespace vernier
