#pragma once

#include "core/dataset/document.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace vernier::ui {

/// Is one token of a text, and which of its characters it stands for.
struct TokenSpan {
    std::int32_t id = 0;
    qsizetype begin = 0,
              end = 0; ///< characters of TokenPreview::text; the same where a token is only part of a character
    bool isSpecial = false;
};

/// Holds a document as the model sees it.
struct TokenPreview {
    QString text;                  ///< as far as it is shown
    std::vector<TokenSpan> tokens; ///< in order; of the shown text
    std::uint64_t characters = 0;  ///< of the whole document, code points
    std::uint64_t tokenCount = 0;  ///< of the whole document; 0 without a tokenizer
    bool isTemplated = false;      ///< a conversation, rendered by the model's chat template
    bool isCut = false;            ///< the document is longer than what is shown
    QString problem;               ///< why the document cannot be rendered or tokenized; empty when it can
};

/// Renders and tokenizes a document. Without a tokenizer only the text is filled in, without a template the contents of
/// a conversation are joined by line breaks. At most maxCharacters are shown. Never throws for what a document holds.
TokenPreview makePreview(const DocumentView& document, const Tokenizer* tokenizer, const ChatTemplate* chatTemplate,
                         qsizetype maxCharacters);

/// Text of a document for a table cell: one line, at most maxCharacters.
QString previewLine(const DocumentView& document, qsizetype maxCharacters);

/// How many tokens a document has, counted as calibration packs it; -1 when it cannot be rendered.
std::int32_t countTokens(const DocumentView& document, const Tokenizer& tokenizer, const ChatTemplate* chatTemplate);

} // namespace vernier::ui
