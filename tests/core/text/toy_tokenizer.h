#pragma once

#include "core/text/tokenizer.h"
#include "tests/support/test_files.h"

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vernier::test {

/// A small tokenizer.json to change in tests: characters a, b, c, the space and "▁", merges up to "abc" and " a".
inline nlohmann::json toyJson() {
    return nlohmann::json::parse(R"({
        "added_tokens": [{"id": 20, "content": "<end>", "special": true, "normalized": false}],
        "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
        "model": {
            "type": "BPE", "unk_token": null,
            "vocab": {"a": 0, "b": 1, "c": 2, " ": 3, "ab": 4, "abc": 5, " a": 6, "bc": 7, "▁": 8, "▁a": 9, "é": 10,
                      "1": 11, "2": 12, "12": 13},
            "merges": ["a b", "ab c", ["b", "c"], ["▁", "a"], "1 2"]
        }
    })");
}

/// Loads a tokenizer from the text of its files; config may be empty.
inline Tokenizer loadText(std::string_view tokenizer, std::string_view config = {}) {
    const TemporaryFolder folder;
    put(folder / "tokenizer.json", tokenizer);
    if (!config.empty())
        put(folder / "tokenizer_config.json", config);
    return Tokenizer::load(folder.path());
}

inline Tokenizer load(const nlohmann::json& tokenizer, std::string_view config = {}) {
    return loadText(tokenizer.dump(), config);
}

/// A byte-level tokenizer of the 256 bytes, ids in the order of the alphabet's characters, without merges.
inline nlohmann::json byteJson() {
    nlohmann::json json = toyJson();
    json["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    json["added_tokens"] = nlohmann::json::array();
    nlohmann::json vocab = nlohmann::json::object();
    int id = 0;
    const auto enter = [&](int codePoint) {
        std::string character;
        if (codePoint < 0x80)
            character = {static_cast<char>(codePoint)};
        else
            character = {static_cast<char>(0xC0 | codePoint >> 6), static_cast<char>(0x80 | (codePoint & 0x3F))};
        vocab[character] = id++;
    };
    for (int c = 0x21; c < 0x144; ++c)
        if ((c <= 0x7E || c >= 0xA1) && c != 0xAD)
            enter(c);
    json["model"]["vocab"] = vocab;
    json["model"]["merges"] = nlohmann::json::array();
    return json;
}

} // namespace vernier::test
