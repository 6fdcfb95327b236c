#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vernier::jinja {

/// Is a piece of template source.
struct Token {
    enum class Kind { Text, PrintBegin, PrintEnd, BlockBegin, BlockEnd, Name, String, Integer, Real, Operator, End };

    Kind kind = Kind::End;
    std::string text; ///< what it says; the content of a string, with escapes resolved
    int line = 1;

    bool is(Kind wanted, std::string_view wantedText) const { return kind == wanted && text == wantedText; }
};

/// Cuts a template into tokens, with trim_blocks and lstrip_blocks: white space around tags is gone where those
/// settings or a minus sign say so, comments are gone, raw blocks are text. Throws SyntaxFailure.
std::vector<Token> tokenize(std::string_view source);

} // namespace vernier::jinja
