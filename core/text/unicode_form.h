#pragma once

#include "core/text/aligned_text.h"
#include "core/text/pacer.h"

namespace vernier {

enum class UnicodeForm { Nfc, Nfd, Nfkc, Nfkd };

/// Brings text into a Unicode normalization form (UAX #15) in O(n log n). Origins are kept per combining sequence: what
/// changes stems from its base character with all that attaches to it.
void normalizeUnicode(AlignedText& text, UnicodeForm form, Pacer& pacer);

} // namespace vernier
