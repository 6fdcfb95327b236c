#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is what a tokenizer.model says: the parts of sentencepiece's ModelProto that decide ids.
struct SentencePieceFile {
    enum class PieceType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
    enum class ModelType { Unigram = 1, Bpe = 2 };

    struct Piece {
        std::string text;
        float score = 0;
        PieceType type = PieceType::Normal;
    };

    std::vector<Piece> pieces; ///< by id
    ModelType model = ModelType::Unigram;
    bool byteFallback = false;
    bool spaceAsSuffix = false;
    std::string beginPiece = "<s>", endPiece = "</s>";
    std::string charsmap; ///< as PrecompiledCharsmap reads it; empty for none
    bool addDummyPrefix = true;
    bool removeExtraSpaces = true;
    bool escapeSpaces = true;
};

/// Reads a tokenizer.model (protobuf wire format). Throws Error{Input} naming place for bytes that are no such file and
/// for everything the library behind SentencePieceModel would stumble over: no piece, none or two unknown pieces,
/// equal, empty or over-long ones, scores that are no numbers, a character map that leads outside itself. Throws
/// Error{Unsupported} for models that are neither unigram nor BPE, and for tiktoken's files, which bear the same name.
SentencePieceFile readSentencePieceFile(std::string_view bytes, const std::string& place);

/// Writes a file that reads back the same, with nothing in it but what SentencePieceFile holds.
std::string writeSentencePieceFile(const SentencePieceFile& file);

} // namespace vernier
