#include "core/base/error.h"
#include "core/dataset/import/byte_source.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace vernier {

namespace {

constexpr std::size_t kInputBytes = std::size_t{256} << 10;
constexpr std::string_view kGzip = "\x1F\x8B";
constexpr std::string_view kZstd = "\x28\xB5\x2F\xFD";

// English shrinks to a third or a tenth; even one sentence repeated for ever stays below this in gzip for a while.
constexpr std::uint64_t kMostExpansion = 200;
constexpr std::uint64_t kFreeBytes = std::uint64_t{64} << 20;

constexpr int kZstdWindowLog = 27; // 128 MiB, what the zstd program itself accepts

/// The packed bytes, a buffer at a time; they can be looked at before they are used.
class Packed {
public:
    Packed(std::unique_ptr<ByteSource> raw, std::string name)
        : m_raw(std::move(raw)), m_name(std::move(name)), m_buffer(kInputBytes) {}

    /// Has at least count bytes at hand, or all that are left.
    std::span<char> peek(std::size_t count) {
        if (m_end - m_begin < count) {
            std::copy(m_buffer.begin() + offset(m_begin), m_buffer.begin() + offset(m_end), m_buffer.begin());
            m_end -= std::exchange(m_begin, 0);
            while (m_end < count) {
                const std::size_t got = m_raw->read(std::span(m_buffer).subspan(m_end));
                if (got == 0)
                    break;
                m_end += got;
            }
        }
        return std::span(m_buffer).subspan(m_begin, m_end - m_begin);
    }
    bool beginsWith(std::string_view signature) {
        const auto bytes = peek(signature.size());
        return std::string_view(bytes.data(), bytes.size()).starts_with(signature);
    }
    void skip(std::size_t count) { m_begin += count; }
    std::size_t readDirectly(std::span<char> into) { return m_raw->read(into); }
    std::uint64_t position() const { return m_raw->position(); }
    std::uint64_t used() const { return m_raw->position() - (m_end - m_begin); }
    const std::string& name() const { return m_name; }

    [[noreturn]] void fail(std::string problem, std::string remedy = "use another copy of the file") const {
        throw Error(ErrorKind::Input, m_name, std::move(problem), std::move(remedy));
    }

private:
    static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

    std::unique_ptr<ByteSource> m_raw;
    std::string m_name;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0, m_end = 0;
};

class PlainSource final : public ByteSource {
public:
    explicit PlainSource(Packed packed) : m_packed(std::move(packed)) {}
    std::size_t read(std::span<char> into) override {
        const auto waiting = m_packed.peek(0);
        if (waiting.empty())
            return m_packed.readDirectly(into);
        const std::size_t count = std::min(waiting.size(), into.size());
        std::copy_n(waiting.begin(), count, into.begin());
        m_packed.skip(count);
        return count;
    }
    std::uint64_t position() const override { return m_packed.position(); }

private:
    Packed m_packed;
};

/// What both formats do alike: count what comes out and refuse what grows beyond measure.
class UnpackingSource : public ByteSource {
public:
    explicit UnpackingSource(Packed packed) : m_packed(std::move(packed)) {}
    std::size_t read(std::span<char> into) final {
        const std::size_t count = produce(into);
        m_produced += count;
        if (m_produced > kFreeBytes && m_produced / kMostExpansion > m_packed.used())
            m_packed.fail(fmt::format("expands to more than {} times its size, which no text does", kMostExpansion),
                          "unpack it by other means and look at what is in it");
        return count;
    }
    std::uint64_t position() const final { return m_packed.position(); }

protected:
    virtual std::size_t produce(std::span<char> into) = 0;
    Packed m_packed;

private:
    std::uint64_t m_produced = 0;
};

class GzipSource final : public UnpackingSource {
public:
    explicit GzipSource(Packed packed) : UnpackingSource(std::move(packed)) {
        constexpr int kGzipOnly = 16 + MAX_WBITS;
        if (::inflateInit2(&m_stream, kGzipOnly) != Z_OK)
            throw Error(ErrorKind::Internal, m_packed.name(), "zlib cannot be started");
    }
    ~GzipSource() override { ::inflateEnd(&m_stream); }

protected:
    std::size_t produce(std::span<char> into) override {
        constexpr std::size_t kMostAtOnce = std::numeric_limits<uInt>::max();
        const std::size_t room = std::min(into.size(), kMostAtOnce);
        m_stream.next_out = reinterpret_cast<Bytef*>(into.data());
        m_stream.avail_out = static_cast<uInt>(room);
        while (m_stream.avail_out == room && !m_isDone) {
            const auto input = m_packed.peek(1);
            if (input.empty())
                m_packed.fail("is cut off in the middle of its compressed data");
            m_stream.next_in = reinterpret_cast<Bytef*>(input.data());
            m_stream.avail_in = static_cast<uInt>(input.size());
            const int status = ::inflate(&m_stream, Z_NO_FLUSH);
            m_packed.skip(input.size() - m_stream.avail_in);
            if (status == Z_STREAM_END)
                beginNextMember();
            else if (status != Z_OK && status != Z_BUF_ERROR)
                m_packed.fail(fmt::format("is damaged: {}", m_stream.msg ? m_stream.msg : "no valid gzip data"));
        }
        return room - m_stream.avail_out;
    }

private:
    void beginNextMember() {
        if (m_packed.beginsWith(kGzip)) {
            ::inflateReset(&m_stream);
            return;
        }
        m_isDone = true;
        if (!m_packed.peek(1).empty() && m_packed.peek(1).front() != '\0') // tapes pad with zeros
            m_packed.fail("has something behind its compressed data");
    }

    z_stream m_stream{};
    bool m_isDone = false;
};

class ZstdSource final : public UnpackingSource {
public:
    explicit ZstdSource(Packed packed) : UnpackingSource(std::move(packed)), m_context(::ZSTD_createDCtx()) {
        if (!m_context || ::ZSTD_isError(::ZSTD_DCtx_setParameter(m_context, ZSTD_d_windowLogMax, kZstdWindowLog)))
            throw Error(ErrorKind::Internal, m_packed.name(), "zstd cannot be started");
    }
    ~ZstdSource() override { ::ZSTD_freeDCtx(m_context); }
    ZstdSource(const ZstdSource&) = delete;
    ZstdSource& operator=(const ZstdSource&) = delete;

protected:
    std::size_t produce(std::span<char> into) override {
        ZSTD_outBuffer output{into.data(), into.size(), 0};
        while (output.pos == 0) {
            const auto bytes = m_packed.peek(1);
            ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
            const std::size_t status = ::ZSTD_decompressStream(m_context, &output, &input);
            if (::ZSTD_isError(status))
                m_packed.fail(fmt::format("is damaged or needs too much memory: {}", ::ZSTD_getErrorName(status)));
            m_packed.skip(input.pos);
            if (bytes.empty() && output.pos == 0) {
                if (m_isInside)
                    m_packed.fail("is cut off in the middle of its compressed data");
                return 0;
            }
            // Without input and output nothing has changed, and least of all the answer whether a frame is open.
            if (!bytes.empty())
                m_isInside = status != 0;
        }
        return output.pos;
    }

private:
    ZSTD_DCtx* m_context;
    bool m_isInside = false;
};

} // namespace

UnpackedSource unpack(std::unique_ptr<ByteSource> raw, const std::string& name) {
    Packed packed(std::move(raw), name);
    if (packed.beginsWith(kGzip))
        return {std::make_unique<GzipSource>(std::move(packed)), Compression::Gzip};
    if (packed.beginsWith(kZstd))
        return {std::make_unique<ZstdSource>(std::move(packed)), Compression::Zstd};
    return {std::make_unique<PlainSource>(std::move(packed)), Compression::None};
}

} // namespace vernier
