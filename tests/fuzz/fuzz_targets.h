#pragma once

#include "core/base/error.h"

#include <stdexcept>
#include <string_view>

namespace vernier::fuzz {

// Each target feeds bytes of unknown origin to one reader. Its only outcomes are success and Error; everything else,
// a broken promise of the reader included, leaves it as another exception or a crash.
void jsonlImport(std::string_view bytes);
void tableImport(std::string_view bytes);
void packedImport(std::string_view bytes);
void tokenizerJson(std::string_view bytes);
void chatTemplate(std::string_view bytes);
void safetensors(std::string_view bytes);
void sentencePiece(std::string_view bytes);
void gguf(std::string_view bytes);
/// The first line is the quantization_config of config.json, the rest a safetensors file.
void checkpoint(std::string_view bytes);

/// Checks what a reader promises about whatever it accepts.
inline void require(bool holds, const char* promise) {
    if (!holds)
        throw std::logic_error(promise);
}

/// Runs body and accepts that it refuses the bytes; Internal is no refusal but a bug that noticed itself.
template <class Body>
void toleratingErrors(Body&& body) {
    try {
        body();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Internal || error.kind() == ErrorKind::Cancelled)
            throw;
    }
}

} // namespace vernier::fuzz
