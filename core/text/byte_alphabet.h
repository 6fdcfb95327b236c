#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Reads a byte-level vocabulary entry back into the bytes it stands for. Byte-level vocabularies (GPT-2 and its many
/// descendants) write every byte as one printable character: itself where it is printable Latin-1, else U+0100 and up.
/// Nothing when the entry holds a character outside that alphabet.
std::optional<std::string> bytesOfAlphabet(std::string_view entry);

} // namespace vernier
