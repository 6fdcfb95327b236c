#pragma once

#include "core/dataset/document.h"

#include <string>

namespace vernier {

/// The words of a document as a person reads them: its text, or the contents of its messages. Empty for a conversation
/// that is none.
std::string readableText(const DocumentView& document);

} // namespace vernier
