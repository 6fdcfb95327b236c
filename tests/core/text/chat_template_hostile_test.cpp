// Templates from strangers: they may fail, but not hang, exhaust memory or crash.

#include "core/base/error.h"
#include "core/text/chat_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

std::string outcome(const std::string& source, const nlohmann::json& messages = nlohmann::json::array()) {
    try {
        return "rendered: " + ChatTemplate(source, "test").render(messages).substr(0, 100);
    } catch (const Error& error) {
        EXPECT_NE(error.kind(), ErrorKind::Internal) << error.what();
        return error.what();
    }
}

std::string repeated(const std::string& piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text += piece;
    return text;
}

TEST(ChatTemplateUnderAttack, boundsSteps) {
    EXPECT_THAT(outcome("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"),
                HasSubstr("too many steps"));
    EXPECT_THAT(outcome("{{ range(99999999) }}"), HasSubstr("Range too big"));
}

TEST(ChatTemplateUnderAttack, boundsText) {
    constexpr const char* kTooMuch = "too much text";
    EXPECT_THAT(outcome("{{ 'a' * 999999999999 }}"), HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{{ [0] * 999999999999 }}"), HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}"
                        "{% endfor %}"),
                HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{% for i in range(99999) %}" + std::string(1000, 'x') + "{% endfor %}"), HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{{ ('a' * 60000)|replace('a', 'b' * 60000) }}"), HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{{ ('\\n' * 9999999)|indent(1000, blank=true) }}"), HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{{ range(9999)|join('b' * 60000) }}"), HasSubstr(kTooMuch));
    // A list that holds itself twice, a hundred times over, prints 2^60 numbers.
    EXPECT_THAT(
        outcome("{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
                "{{ ns.x }}"),
        HasSubstr(kTooMuch));
    EXPECT_THAT(outcome("{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
                        "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}"),
                HasSubstr("too many steps"));
}

TEST(ChatTemplateUnderAttack, boundsRecursion) {
    EXPECT_THAT(outcome("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), HasSubstr("recurses too deeply"));
    EXPECT_THAT(outcome("{% macro m(x) %}{% for i in [1] %}{% if x %}{{ [m((x))] | join }}{% endif %}{% endfor %}"
                        "{% endmacro %}{{ m(1) }}"),
                HasSubstr("recurses too deeply"));
    EXPECT_THAT(outcome("{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}"),
                HasSubstr("nested more than"));
    nlohmann::json deep = "x";
    for (int i = 0; i < 300; ++i)
        deep = nlohmann::json::array({deep});
    EXPECT_THAT(outcome("{{ messages }}", nlohmann::json::array({{{"content", deep}}})), HasSubstr("nested more than"));
}

TEST(ChatTemplateUnderAttack, boundsSyntax) {
    const auto deeply = AnyOf(HasSubstr("too deeply"), HasSubstr("too long"));
    EXPECT_THAT(outcome("{{ " + std::string(5000, '(') + std::string(5000, ')') + " }}"), deeply);
    EXPECT_THAT(outcome("{{ " + std::string(5000, '[') + std::string(5000, ']') + " }}"), deeply);
    EXPECT_THAT(outcome("{{ " + std::string(5000, '-') + "1 }}"), deeply);
    EXPECT_THAT(outcome("{{ " + repeated("not ", 5000) + "1 }}"), deeply);
    EXPECT_THAT(outcome("{{ 1" + repeated(" + 1", 5000) + " }}"), deeply);
    EXPECT_THAT(outcome("{{ x" + repeated(".a", 5000) + " }}"), deeply);
    EXPECT_THAT(outcome("{{ x" + repeated(" | trim", 5000) + " }}"), deeply);
    EXPECT_THAT(outcome("{{ 1" + repeated(" if 1 else 1", 5000) + " }}"), deeply);
    EXPECT_THAT(outcome(repeated("{% if 1 %}", 5000)), deeply);
    EXPECT_THAT(outcome("{% if 1 %}" + repeated("{% elif 1 %}", 5000) + "{% endif %}"), deeply);
    EXPECT_THAT(outcome("{% for " + std::string(5000, '(') + "x" + std::string(5000, ')') + " in y %}"), deeply);
    EXPECT_THAT(outcome(std::string(2'000'000, 'x')), HasSubstr("larger than 1 MB"));
}

TEST(ChatTemplateUnderAttack, keepsNoCycles) {
    // Namespaces that hold one another must not outlive the rendering; the leak checker watches.
    EXPECT_EQ(outcome("{% set a = namespace() %}{% set b = namespace(a=a) %}{% set a.b = b %}{% set a.a = a %}ok"),
              "rendered: ok");
    EXPECT_THAT(outcome("{% set ns = namespace() %}{% for i in range(99999) %}{% set next = namespace(p=ns.p) %}"
                        "{% set ns.p = next %}{% endfor %}ok"),
                HasSubstr("ok"));
}

TEST(ChatTemplateUnderAttack, boundsBodiesThatKeepOneAnother) {
    // Each body of a call keeps the one before, which must not become a chain that breaks when it is let go.
    EXPECT_THAT(outcome("{% set ns = namespace(f=0) %}{% macro keep() %}{% set ns.f = caller %}{% endmacro %}"
                        "{% for i in range(90000) %}{% set before = ns.f %}{% call keep() %}{{ before }}{% endcall %}"
                        "{% endfor %}"),
                HasSubstr("nested more than"));
    // A body that is called when its surroundings are gone still has what it saw there.
    EXPECT_EQ(outcome("{% set ns = namespace() %}{% macro keep() %}{% set ns.f = caller %}{% endmacro %}"
                      "{% for i in [7] %}{% call keep() %}{{ i }}{% endcall %}{% endfor %}{{ ns.f() }}"),
              "rendered: 7");
}

TEST(ChatTemplateUnderAttack, refusesNumbersThatDoNotFit) {
    EXPECT_THAT(outcome("{{ 9999999999999999999 }}"), HasSubstr("too large"));
    EXPECT_THAT(outcome("{{ 9223372036854775807 + 1 }}"), HasSubstr("64 bits"));
    EXPECT_THAT(outcome("{{ 10 ** 400 }}"), HasSubstr("64 bits"));
    EXPECT_THAT(outcome("{{ -(-9223372036854775807 - 1) }}"), HasSubstr("64 bits"));
    EXPECT_THAT(outcome("{{ (-9223372036854775807 - 1) // -1 }}"), HasSubstr("64 bits"));
    EXPECT_THAT(outcome("{{ 'abc'[9223372036854775807:] }}{{ 'abc'[::-9223372036854775807] }}"),
                HasSubstr("rendered: c"));
}

TEST(ChatTemplateUnderAttack, survivesGarbage) {
    const std::vector<std::string> pieces = {"{{",      "}}",       "{%",       "%}",
                                             "{#",      "#}",       "-",        "+",
                                             " ",       "\n",       "if",       "for",
                                             "x",       "in",       "endif",    "endfor",
                                             "else",    "set",      "=",        "(",
                                             ")",       "[",        "]",        "{",
                                             "}",       ",",        ".",        ":",
                                             "|",       "is",       "not",      "'",
                                             "\"",      "\\",       "1",        "1.5",
                                             "0x",      "messages", "loop",     "raw",
                                             "endraw",  "macro",    "endmacro", "namespace",
                                             "defined", "tojson",   "==",       "**",
                                             "~",       "\xC3\xA9", "\xFF",     std::string(1, '\0')};
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string source;
        for (unsigned n = random() % 30; n > 0; --n)
            source += pieces[random() % pieces.size()] + (random() % 2 ? " " : "");
        outcome(source, nlohmann::json::array({{{"role", "user"}, {"content", "x"}}}));
    }
}

TEST(ChatTemplateUnderAttack, survivesDamagedTemplates) {
    const std::string good =
        "{%- macro m(a, b=[1, {'k': 2}]) %}{{ a[::-1] | upper ~ b[1].k }}{%- endmacro %}"
        "{% set ns = namespace(i=0) %}{% for m in messages if m.role != 'system' %}{% set ns.i = ns.i + 1 %}"
        "{{ loop.index }}{{ m.content | trim | tojson(indent=2) }}{% else %}none{% endfor %}{{ 1 if ns.i > 0 else -1.5 "
        "}}";
    std::mt19937 random(2);
    for (int round = 0; round < 20'000; ++round) {
        std::string source = good;
        for (unsigned n = 1 + random() % 3; n > 0; --n) {
            const std::size_t at = random() % source.size();
            if (random() % 2)
                source.erase(at, 1 + random() % 4);
            else
                source.insert(at, 1, good[random() % good.size()]);
        }
        outcome(source, nlohmann::json::array({{{"role", "user"}, {"content", " x "}}}));
    }
}

} // namespace
} // namespace vernier
