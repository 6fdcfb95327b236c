#include "tests/fuzz/fuzz_targets.h"

#include "core/text/tokenizer.h"
#include "tests/support/test_files.h"

namespace vernier::fuzz {

void sentencePiece(std::string_view bytes) {
    static const test::TemporaryFolder folder;
    test::put(folder / "tokenizer.model", bytes);
    toleratingErrors([] {
        const Tokenizer tokenizer = Tokenizer::load(folder.path());
        for (const std::string_view text : {"", " ", "Hello, wörld!  12345 <s> \U0001F600\n end", "\u2581a\u0301"}) {
            const EncodedText encoded = tokenizer.encodeWithOffsets(text, {.addSpecialTokens = true});
            require(encoded.ids == tokenizer.encode(text, {.addSpecialTokens = true}), "both ways give the same ids");
            require(encoded.ids.size() == encoded.spans.size(), "every token has a place");
            tokenizer.decode(encoded.ids);
        }
    });
}

} // namespace vernier::fuzz
