#pragma once

#include "core/text/pre_tokenizer.h"

#include <string>

namespace vernier {

/// Where Metaspace puts its mark in front of a word that does not begin with it.
enum class PrependScheme {
    Always, ///< before every word
    First,  ///< before the word at the very begin of the text only
    Never,
};

/// Reads "prepend_scheme", or "add_prefix_space" of older files. Throws Error{Unsupported} for an unknown one.
PrependScheme readPrependScheme(const JsonView& json);

/// The mark that "replacement" names; throws Error{Input} unless it is one character.
std::string readReplacement(const JsonView& json);

/// Writes spaces as a mark ("▁"), puts one in front, and cuts before every mark ("Metaspace").
class Metaspace : public PreTokenizer {
public:
    explicit Metaspace(const JsonView& json);
    void split(Words& words, TextScratch& scratch) const override;

private:
    void write(Words& words, TextScratch& scratch) const;
    void cut(Words& words, TextScratch& scratch) const;

    std::string m_mark;
    PrependScheme m_prepend;
    bool m_cut;
};

} // namespace vernier
