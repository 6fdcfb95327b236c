#include "core/text/sentencepiece_file.h"

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/text/precompiled_charsmap.h"
#include "core/text/protobuf.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>

#include <fmt/format.h>

namespace vernier {

namespace {

// Numbers of the fields in sentencepiece_model.proto.
namespace model_field {
constexpr std::uint32_t kPiece = 1, kTrainer = 2, kNormalizer = 3;
}
namespace piece_field {
constexpr std::uint32_t kText = 1, kScore = 2, kType = 3;
}
namespace trainer_field {
constexpr std::uint32_t kModel = 3, kSpaceAsSuffix = 24, kByteFallback = 35, kBegin = 46, kEnd = 47;
}
namespace normalizer_field {
constexpr std::uint32_t kCharsmap = 2, kDummyPrefix = 3, kRemoveSpaces = 4, kEscapeSpaces = 5;
}

constexpr std::size_t kMostPieces = 4'000'000;
constexpr std::size_t kLongestPiece = 1024;

using Piece = SentencePieceFile::Piece;
using PieceType = SentencePieceFile::PieceType;
using ModelType = SentencePieceFile::ModelType;

[[noreturn]] void damaged(const std::string& place, std::string problem) {
    throw Error(ErrorKind::Input, place, std::move(problem), "download the file again");
}

/// Calls visit(field) for every field of a message.
template <class Visit>
void forEachField(std::string_view message, const std::string& place, Visit visit) {
    ProtobufReader reader(message);
    while (const auto field = reader.next())
        visit(*field);
    if (reader.failed())
        damaged(place, "is no sentencepiece model (its protobuf ends too early or is malformed)");
}

Piece readPiece(std::string_view message, const std::string& place) {
    Piece result;
    forEachField(message, place, [&](const ProtobufField& field) {
        if (field.number == piece_field::kText)
            result.text = field.bytes;
        else if (field.number == piece_field::kScore)
            result.score = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
        else if (field.number == piece_field::kType) {
            if (field.value < 1 || field.value > 6)
                damaged(place, fmt::format("holds a piece of type {}", field.value));
            result.type = static_cast<PieceType>(field.value);
        }
    });
    return result;
}

void readTrainer(std::string_view message, const std::string& place, SentencePieceFile& file) {
    forEachField(message, place, [&](const ProtobufField& field) {
        if (field.number == trainer_field::kModel) {
            if (field.value != 1 && field.value != 2)
                throw Error(ErrorKind::Unsupported, place, fmt::format("is a model of type {}", field.value),
                            "Vernier knows 1 (unigram) and 2 (BPE)");
            file.model = static_cast<ModelType>(field.value);
        } else if (field.number == trainer_field::kSpaceAsSuffix)
            file.spaceAsSuffix = field.value != 0;
        else if (field.number == trainer_field::kByteFallback)
            file.byteFallback = field.value != 0;
        else if (field.number == trainer_field::kBegin)
            file.beginPiece = field.bytes;
        else if (field.number == trainer_field::kEnd)
            file.endPiece = field.bytes;
    });
}

void readNormalizerSpec(std::string_view message, const std::string& place, SentencePieceFile& file) {
    forEachField(message, place, [&](const ProtobufField& field) {
        if (field.number == normalizer_field::kCharsmap)
            file.charsmap = field.bytes;
        else if (field.number == normalizer_field::kDummyPrefix)
            file.addDummyPrefix = field.value != 0;
        else if (field.number == normalizer_field::kRemoveSpaces)
            file.removeExtraSpaces = field.value != 0;
        else if (field.number == normalizer_field::kEscapeSpaces)
            file.escapeSpaces = field.value != 0;
    });
}

bool isByteName(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    return text.size() == 6 && text.starts_with("<0x") && text.ends_with('>') &&
           kHex.find(text[3]) != std::string_view::npos && kHex.find(text[4]) != std::string_view::npos;
}

void check(const SentencePieceFile& file, const std::string& place) {
    if (file.pieces.empty())
        damaged(place, "holds no pieces");
    std::unordered_set<std::string_view> seen;
    std::size_t unknown = 0, bytes = 0;
    for (std::size_t id = 0; id < file.pieces.size(); ++id) {
        const Piece& piece = file.pieces[id];
        if (piece.text.empty() || piece.text.size() > kLongestPiece || countInvalidUtf8(piece.text) > 0 ||
            piece.text.find('\0') != std::string::npos)
            damaged(place,
                    fmt::format("holds a piece {} that is empty, longer than {} bytes or no text", id, kLongestPiece));
        if (!std::isfinite(piece.score) || std::abs(piece.score) > 1e9f)
            damaged(place, fmt::format("gives piece {} a score that is no number", id));
        if (!seen.insert(piece.text).second)
            damaged(place, fmt::format("holds \"{}\" twice", piece.text));
        if (piece.type == PieceType::Byte && !isByteName(piece.text))
            damaged(place, fmt::format("says that \"{}\" is a byte", piece.text));
        unknown += piece.type == PieceType::Unknown;
        bytes += piece.type == PieceType::Byte;
    }
    if (unknown != 1)
        damaged(place, fmt::format("holds {} unknown pieces where one is needed", unknown));
    if (bytes != (file.byteFallback ? 256u : 0u))
        damaged(place, fmt::format("holds {} byte pieces, although byte fallback is {}", bytes,
                                   file.byteFallback ? "on" : "off"));
    if (!file.charsmap.empty())
        PrecompiledCharsmap(file.charsmap, place + ", precompiled_charsmap");
}

} // namespace

SentencePieceFile readSentencePieceFile(std::string_view bytes, const std::string& place) {
    if (bytes.starts_with("IQ== 0\n"))
        throw Error(ErrorKind::Unsupported, place, "is a vocabulary of tiktoken, which says nothing of how text is cut",
                    "put the tokenizer.json of the model beside it");
    SentencePieceFile file;
    forEachField(bytes, place, [&](const ProtobufField& field) {
        if (field.number == model_field::kPiece) {
            if (file.pieces.size() == kMostPieces)
                damaged(place, fmt::format("holds more than {} pieces", kMostPieces));
            file.pieces.push_back(readPiece(field.bytes, place));
        } else if (field.number == model_field::kTrainer)
            readTrainer(field.bytes, place, file);
        else if (field.number == model_field::kNormalizer)
            readNormalizerSpec(field.bytes, place, file);
    });
    check(file, place);
    return file;
}

std::string writeSentencePieceFile(const SentencePieceFile& file) {
    ProtobufWriter all;
    for (const Piece& piece : file.pieces) {
        ProtobufWriter message;
        message.bytes(piece_field::kText, piece.text);
        message.word(piece_field::kScore, std::bit_cast<std::uint32_t>(piece.score));
        message.number(piece_field::kType, static_cast<std::uint64_t>(piece.type));
        all.bytes(model_field::kPiece, message.result());
    }
    ProtobufWriter trainer;
    trainer.number(trainer_field::kModel, static_cast<std::uint64_t>(file.model));
    trainer.number(trainer_field::kSpaceAsSuffix, file.spaceAsSuffix);
    trainer.number(trainer_field::kByteFallback, file.byteFallback);
    trainer.bytes(trainer_field::kBegin, file.beginPiece);
    trainer.bytes(trainer_field::kEnd, file.endPiece);
    all.bytes(model_field::kTrainer, trainer.result());
    ProtobufWriter normalizer;
    normalizer.bytes(normalizer_field::kCharsmap, file.charsmap);
    normalizer.number(normalizer_field::kDummyPrefix, file.addDummyPrefix);
    normalizer.number(normalizer_field::kRemoveSpaces, file.removeExtraSpaces);
    normalizer.number(normalizer_field::kEscapeSpaces, file.escapeSpaces);
    all.bytes(model_field::kNormalizer, normalizer.result());
    return all.result();
}

} // namespace vernier
