// The one file that knows the sentencepiece library.

#include "core/text/sentencepiece_model.h"

#include "core/base/error.h"
#include "core/text/fallback_bytes.h"

#include <algorithm>

#include <sentencepiece_processor.h>

namespace vernier {

namespace {

constexpr std::size_t kTextLimit = 256u << 20; // the library counts in int

std::vector<std::string> textsOf(const SentencePieceFile& file) {
    std::vector<std::string> texts;
    texts.reserve(file.pieces.size());
    for (const auto& piece : file.pieces)
        texts.push_back(piece.text);
    return texts;
}

} // namespace

struct SentencePieceModel::Library {
    Library(const SentencePieceFile& file, const JsonView& json)
        : place(json.file()), vocabulary(json, textsOf(file)), fallback(vocabulary, file.byteFallback) {
        const auto status = processor.LoadFromSerializedProto(writeSentencePieceFile(file));
        if (!status.ok())
            refuse(status, json.file());
    }

    [[noreturn]] static void refuse(const sentencepiece::util::Status& status, const std::string& place) {
        std::string reason = status.ToString();
        std::ranges::replace(reason, '\n', ' ');
        throw Error(ErrorKind::Input, place, "sentencepiece refuses: " + reason, "download the file again");
    }

    /// What the library makes of a text.
    template <class Result>
    Result run(std::string_view text) const {
        if (text.size() > kTextLimit)
            throw Error(ErrorKind::Input, "text", "is larger than the 256 MB that sentencepiece takes at once",
                        "use shorter documents");
        Result result;
        const auto status = encodeInto(text, result);
        if (!status.ok())
            refuse(status, place);
        return result;
    }

    sentencepiece::util::Status encodeInto(std::string_view text, std::vector<int>& ids) const {
        return processor.Encode({text.data(), text.size()}, &ids);
    }
    sentencepiece::util::Status encodeInto(std::string_view text,
                                           sentencepiece::ImmutableSentencePieceText& pieces) const {
        return processor.Encode({text.data(), text.size()}, pieces.mutable_proto());
    }

    std::string place;
    Vocabulary vocabulary;
    FallbackBytes fallback;
    sentencepiece::SentencePieceProcessor processor;
};

SentencePieceModel::SentencePieceModel(const SentencePieceFile& file, const JsonView& place)
    : m_library(std::make_unique<const Library>(file, place)) {}
SentencePieceModel::~SentencePieceModel() = default;

const Vocabulary& SentencePieceModel::vocabulary() const {
    return m_library->vocabulary;
}

std::optional<char> SentencePieceModel::fallbackByte(std::int32_t id) const {
    return m_library->fallback.byteOf(id);
}

void SentencePieceModel::encode(std::string_view word, std::vector<std::int32_t>& ids, ModelScratch&,
                                Pacer& pacer) const {
    const auto found = m_library->run<std::vector<int>>(word);
    ids.insert(ids.end(), found.begin(), found.end());
    pacer.advance(word.size());
}

void SentencePieceModel::encode(std::string_view word, std::vector<std::int32_t>& ids,
                                std::vector<std::uint32_t>& lengths, ModelScratch&, Pacer& pacer) const {
    const auto pieces = m_library->run<sentencepiece::ImmutableSentencePieceText>(word).pieces();
    std::size_t at = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        // The library gives a character that fell back to bytes to the last of them, and dropped spaces to nobody.
        const std::size_t end =
            i + 1 == pieces.size() ? word.size() : std::clamp<std::size_t>(pieces[i].end(), at, word.size());
        ids.push_back(static_cast<std::int32_t>(pieces[i].id()));
        lengths.push_back(static_cast<std::uint32_t>(end - at));
        at = end;
    }
    pacer.advance(word.size());
}

} // namespace vernier
