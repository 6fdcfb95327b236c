#include "tests/fuzz/fuzz_targets.h"

#include "core/base/utf8.h"
#include "core/text/tokenizer.h"
#include "tests/support/test_files.h"

namespace vernier::fuzz {

void tokenizerJson(std::string_view bytes) {
    static const test::TemporaryFolder folder;
    test::put(folder / "tokenizer.json", bytes);
    toleratingErrors([] {
        const Tokenizer tokenizer = Tokenizer::load(folder.path());
        for (const std::string_view text :
             {"", " ", "Hello, wörld! It's 12345 <s> \U0001F600\n\n  end", "\u2581a\u0301"}) {
            const auto ids = tokenizer.encode(text, {.addSpecialTokens = true});
            for (const std::int32_t id : ids)
                require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocabularySize(),
                        "ids are in the vocabulary");
            require(countInvalidUtf8(tokenizer.decode(ids)) == 0, "decoded text is valid UTF-8");
            const EncodedText placed = tokenizer.encodeWithOffsets(text, {.addSpecialTokens = true});
            require(placed.ids == ids && placed.spans.size() == ids.size(), "offsets change no id");
            TextSpan before;
            for (const TextSpan& span : placed.spans) {
                require(span.begin >= before.begin && span.end >= before.end && span.begin <= span.end &&
                            span.end <= text.size(),
                        "tokens lie in order inside the text");
                before = span;
            }
        }
        require(tokenizer.tokenBytes(-1).empty(), "ids outside the vocabulary have no bytes");
    });
}

} // namespace vernier::fuzz
