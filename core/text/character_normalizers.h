#pragma once

#include "core/text/normalizer.h"

namespace vernier {

/// Writes every character in lower case by itself ("Lowercase"): no context, so a final sigma stays as it is.
class LowercaseNormalizer : public Normalizer {
public:
    void normalize(AlignedText& text, TextScratch& scratch) const override;
};

/// Drops every mark ("StripAccents"); useful behind NFD or NFKD.
class StripAccentsNormalizer : public Normalizer {
public:
    void normalize(AlignedText& text, TextScratch& scratch) const override;
};

/// Drops the white space at the ends ("Strip").
class StripNormalizer : public Normalizer {
public:
    StripNormalizer(bool left, bool right) : m_left(left), m_right(right) {}
    void normalize(AlignedText& text, TextScratch& scratch) const override;

private:
    bool m_left, m_right;
};

/// Drops control characters and makes spaces of white space, zero-width characters and "▁" ("Nmt", after the rules that
/// sentencepiece calls nmt).
class NmtNormalizer : public Normalizer {
public:
    void normalize(AlignedText& text, TextScratch& scratch) const override;
};

} // namespace vernier
