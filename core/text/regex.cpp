#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/text/regex.h"

#include "core/base/error.h"

#include <pcre2.h>

#include <array>
#include <new>

#include <fmt/format.h>

namespace vernier {

namespace {

// Patterns of real tokenizers need a handful of steps per match; these bound what a hostile file can ask for while
// leaving room for a run of millions of equal characters.
constexpr std::uint32_t kMatchLimit = 50'000'000;
constexpr std::uint32_t kHeapLimitKib = 256 * 1024;
constexpr std::size_t kJitStackLimit = 8u << 20;
constexpr std::size_t kPatternLimit = 1u << 16;

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};

template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

std::string messageOf(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

} // namespace

struct RegexScratch::Buffers {
    Owned<pcre2_match_data, pcre2_match_data_free> match{pcre2_match_data_create(1, nullptr)};
    Owned<pcre2_match_context, pcre2_match_context_free> context{pcre2_match_context_create(nullptr)};
    Owned<pcre2_jit_stack, pcre2_jit_stack_free> stack{pcre2_jit_stack_create(32 * 1024, kJitStackLimit, nullptr)};

    Buffers() {
        if (!match || !context || !stack)
            throw std::bad_alloc();
        pcre2_set_match_limit(context.get(), kMatchLimit);
        pcre2_set_heap_limit(context.get(), kHeapLimitKib);
        pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    }
};

RegexScratch::RegexScratch() : m_buffers(std::make_unique<Buffers>()) {}
RegexScratch::RegexScratch(RegexScratch&&) noexcept = default;
RegexScratch& RegexScratch::operator=(RegexScratch&&) noexcept = default;
RegexScratch::~RegexScratch() = default;

struct Regex::Code {
    Owned<pcre2_code, pcre2_code_free> compiled;
    bool machineCode = false;
    std::string place;
};

Regex Regex::oniguruma(std::string_view pattern, const std::string& place) {
    // Ruby's rules, which Oniguruma follows: ^ and $ stand at every line, and a line ends at \n alone.
    return {translateOniguruma(pattern, place), PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, place};
}

Regex Regex::literal(std::string_view text, const std::string& place) {
    return {text, PCRE2_LITERAL, place};
}

Regex::Regex(std::string_view pattern, unsigned options, const std::string& place) {
    if (pattern.size() > kPatternLimit)
        throw Error(ErrorKind::Input, place, fmt::format("the pattern has {} bytes", pattern.size()),
                    fmt::format("at most {} are allowed", kPatternLimit));
    const Owned<pcre2_compile_context, pcre2_compile_context_free> context(pcre2_compile_context_create(nullptr));
    if (!context)
        throw std::bad_alloc();
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int failure = 0;
    PCRE2_SIZE offset = 0;
    auto code = std::make_unique<Code>();
    code->place = place;
    code->compiled.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                       options | PCRE2_UTF, &failure, &offset, context.get()));
    if (!code->compiled)
        throw Error(ErrorKind::Input, place, fmt::format("the pattern is malformed: {}", messageOf(failure)),
                    "use a pattern with Oniguruma or PCRE syntax");
    // Systems that forbid writable machine code refuse this; the interpreter then gives the same matches, slower.
    code->machineCode = pcre2_jit_compile(code->compiled.get(), PCRE2_JIT_COMPLETE) == 0;
    m_code = std::move(code);
}

Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

std::optional<TextSpan> Regex::find(std::string_view text, std::size_t from, RegexScratch& scratch) const {
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    auto& buffers = *scratch.m_buffers;
    const auto* code = m_code->compiled.get();
    // The texts come from Tokenizer::encode, which repairs UTF-8 once; checking it again per match would be quadratic.
    const int result = m_code->machineCode ? pcre2_jit_match(code, subject, text.size(), from, 0, buffers.match.get(),
                                                             buffers.context.get())
                                           : pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK,
                                                         buffers.match.get(), buffers.context.get());
    if (result == PCRE2_ERROR_NOMATCH)
        return std::nullopt;
    if (result < 0)
        throw Error(ErrorKind::Input, m_code->place,
                    fmt::format("the pattern cannot be matched against this text: {}", messageOf(result)),
                    "use a pattern that does not backtrack without end");
    const PCRE2_SIZE* found = pcre2_get_ovector_pointer(buffers.match.get());
    if (found[0] > found[1] || found[0] < from) // \K inside a lookaround may report such a range
        throw Error(ErrorKind::Input, m_code->place, "the pattern moves the start of its match", "do not use \\K");
    return TextSpan{found[0], found[1]};
}

} // namespace vernier
