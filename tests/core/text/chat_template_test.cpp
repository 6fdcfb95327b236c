#include "core/text/chat_template.h"

#include "core/base/error.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using testing::HasSubstr;

/// What a template prints with a few variables at hand.
std::string render(const std::string& source) {
    const auto variables = ordered_json::parse(R"({
        "nums": [3, 1, 2], "words": ["b", "A", "c"], "empty": [], "zero": 0, "text": "The quick  brown fox",
        "dict": {"z": 1, "a": [1, {"k": "it's"}]},
        "people": [{"name": "Ann", "age": 3}, {"name": "Bob"}]})");
    return ChatTemplate(source, "test").renderWith(variables);
}

std::string complaint(const std::string& source) {
    try {
        return "rendered: " + render(source);
    } catch (const Error& error) {
        return error.what();
    }
}

struct Example {
    const char* source;
    const char* expected;
};

class Template : public testing::TestWithParam<Example> {};

TEST_P(Template, printsWhatJinjaPrints) {
    EXPECT_EQ(render(GetParam().source), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Loops, Template,
    testing::Values(
        Example{"{% for n in nums %}{{ loop.index }}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}",
                "13, 21, 32"},
        Example{"{% for n in nums if n > 1 %}{{ loop.index0 }}/{{ loop.length }}:{{ n }} {% endfor %}", "0/2:3 1/2:2 "},
        Example{"{% for n in empty %}x{% else %}nothing{% endfor %}", "nothing"},
        Example{"{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }};{% endfor %}", "3;7;"},
        Example{"{% for k, v in dict.items() %}{{ k }}{% endfor %}", "za"},
        Example{"{% for n in nums %}{{ loop.previtem }}<{{ n }}>{{ loop.nextitem }} {% endfor %}", "<3>1 3<1>2 1<2> "},
        Example{"{% for i in range(9) %}{% if i == 2 %}{% continue %}{% elif i == 4 %}{% break %}{% endif %}"
                "{{ i }}{% endfor %}",
                "013"},
        Example{"{% set x = 0 %}{% for n in nums %}{% set x = n %}{% endfor %}{{ x }}", "0"},
        Example{"{% set ns = namespace(x=0) %}{% for n in nums %}{% set ns.x = ns.x + n %}{% endfor %}"
                "{{ ns.x }}",
                "6"},
        Example{"{% for c in 'aé' %}{{ loop.cycle('x', 'y') }}{{ c }}{% endfor %}", "xayé"}));

INSTANTIATE_TEST_SUITE_P(
    Statements, Template,
    testing::Values(
        Example{"{% if zero %}a{% elif empty %}b{% elif nums %}c{% else %}d{% endif %}", "c"},
        Example{"{% set a, b = 1, 2 %}{{ b }}{{ a }}", "21"},
        Example{"{% set x %} a{{ zero }} {% endset %}[{{ x }}]", "[ a0 ]"},
        Example{"{% set x | trim | upper %} ab {% endset %}[{{ x }}]", "[AB]"},
        Example{"{% macro m(a, b=2) %}{{ a }}-{{ b }};{% endmacro %}{{ m(1) }}{{ m(b=5, a=4) }}", "1-2;4-5;"},
        Example{"{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "3210"},
        Example{"{% with a = 1 %}{{ a }}{% endwith %}{{ a }}", "1"},
        Example{"{% generation %}x{% endgeneration %}", "x"}, Example{"{% raw %}{{ x }}{% endraw %}", "{{ x }}"},
        Example{"a{# {{ nothing }} #}b", "ab"}));

INSTANTIATE_TEST_SUITE_P(
    CallsAndGroups, Template,
    testing::Values(Example{"{% filter upper %}a{{ words[0] }}{% endfilter %}", "AB"},
                    Example{"{% filter trim | replace('b', 'x') %}  ab {% endfilter %}!", "ax!"},
                    Example{"{% for n in nums %}{% filter upper %}{% if n == 1 %}{% continue %}{% endif %}a{{ n }}{% "
                            "endfilter %}{% endfor %}",
                            "A3A2"},
                    Example{"{% macro m(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call m('p') %}in {{ "
                            "zero }}{% endcall %}",
                            "<p>in 0</p>"},
                    Example{"{% macro l(xs) %}{% for x in xs %}{{ caller(x, loop.index) }};{% endfor %}{% endmacro "
                            "%}{% call(x, i=9) l(nums) %}{{ i }}{{ x }}{% endcall %}",
                            "13;21;32;"},
                    Example{"{% macro m() %}[{{ caller() }}]{% endmacro %}{% for n in nums %}{% call m() %}{{ n }}{% "
                            "call m() %}{{ loop.index }}{% endcall %}{% endcall %}{% endfor %}",
                            "[3[1]][1[2]][2[3]]"},
                    Example{"{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}{% call m() %}{% endcall %}",
                            "FalseTrue"},
                    Example{"{% for b in nums | batch(2) %}{{ b }}{% endfor %}", "[3, 1][2]"},
                    Example{"{% for b in nums | batch(2, 'x') %}{{ b | join('-') }};{% endfor %}", "3-1;2-x;"},
                    Example{"{{ [] | batch(3) | list }}", "[]"},
                    Example{"{% for g in people | groupby('age', default=0) %}{{ g.grouper }}:{{ g.list | "
                            "map(attribute='name') | join(',') }};{% endfor %}",
                            "0:Bob;3:Ann;"},
                    Example{"{% for k, items in [{'r': 'b', 'n': 1}, {'r': 'A', 'n': 2}, {'r': 'B', 'n': 3}] | "
                            "groupby('r') %}{{ k }}{{ items | map(attribute='n') | list }}{% endfor %}",
                            "A[2]b[1, 3]"},
                    Example{"{% for k, items in [{'r': 'b', 'n': 1}, {'r': 'A', 'n': 2}, {'r': 'B', 'n': 3}] | "
                            "groupby('r', case_sensitive=true) %}{{ k }}{{ items | length }}{% endfor %}",
                            "A1B1b1"},
                    Example{
                        "{{ ['a', 'bb', 'cc'] | groupby('0') | length }}{{ ([{'a': {'b': 1}}] | groupby('a.b'))[0] }}",
                        "3(1, [{'a': {'b': 1}}])"}));

INSTANTIATE_TEST_SUITE_P(PercentFormats, Template,
                         testing::Values(Example{"{{ '%s has %d' | format('x', 3) }}", "x has 3"},
                                         Example{"{{ '%(a)s-%(b)03d' | format(a='é', b=7) }}", "é-007"},
                                         Example{"{{ '%.2f' % 3.14159 }}|{{ '%5d|%-5s|' % (3, 'a') }}",
                                                 "3.14|    3|a    |"},
                                         Example{"{{ '%r %.2s %c' % ('x', 'éab', 'z') }}", "'x' éa z"},
                                         Example{"{{ '%x %#X %o %e %g %+d' % (255, 255, 8, 1.5, 0.1, 3) }}",
                                                 "ff 0XFF 10 1.500000e+00 0.1 +3"},
                                         Example{"{{ '%05d|%5s|%d%%' % (-3, 'é', 2.9) }}", "-0003|    é|2%"},
                                         Example{"{{ nums.copy() }}", "[3, 1, 2]"}));

TEST(TemplatePercentFormat, refusesWhatPythonRefuses) {
    EXPECT_NE(complaint("{{ '%s %s' % 'x' }}").find("not enough arguments for format string"), std::string::npos);
    EXPECT_NE(complaint("{{ '%s' % (1, 2) }}").find("not all arguments converted"), std::string::npos);
    EXPECT_NE(complaint("{{ '%d' % 'x' }}").find("a number is required, not str"), std::string::npos);
    EXPECT_NE(complaint("{{ '%' % 1 }}").find("incomplete format"), std::string::npos);
    EXPECT_NE(complaint("{{ '%y' % 1 }}").find("unsupported format character 'y'"), std::string::npos);
    EXPECT_NE(complaint("{{ '%99999s' % 1 }}").find("not supported"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(WhiteSpace, Template,
                         testing::Values(Example{"a\n{% if true %}\nb\n{% endif %}\nc\n", "a\nb\nc"},
                                         Example{"  {% if true %}\n    b\n  {% endif %}\nc", "    b\nc"},
                                         Example{"  {%- if true -%}\n  b\n  {%- endif -%}\n c", "bc"},
                                         Example{"a {{- 'b' -}} c", "abc"}, Example{" {{ 'b' }} \n", " b "},
                                         Example{"  {%+ if true %}\na{% endif +%}\n b", "  a\n b"},
                                         Example{"x\n   {# note #}\ny", "x\ny"}, Example{"a\r\nb\rc", "a\nb\nc"}));

INSTANTIATE_TEST_SUITE_P(
    Expressions, Template,
    testing::Values(
        Example{"{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 1 + 1.0 }}",
                "3 -4 2 3.5 1024 2.0"},
        Example{"{{ 'ab' * 2 }} {{ 1 ~ none ~ true }} {{ [1] + [2] }} {{ -2 ** 2 }}", "abab 1NoneTrue [1, 2] 4"},
        Example{"{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 1 == 1.0 }} {{ 'a' == 1 }}",
                "True False True True False"},
        Example{"{{ 'a' in 'abc' }} {{ 1 not in nums }} {{ 'z' in dict }} {{ not zero }}", "True False True True"},
        Example{"{{ 0 or 'x' }} {{ 1 and 2 }} {{ 1 if zero else 2 }}|{{ 1 if zero }}|", "x 2 2||"},
        Example{"{{ text[::-1] }} {{ text[4:9] }} {{ text[-3:] }} {{ nums[::-1] }} {{ nums[1:] }}",
                "xof nworb  kciuq ehT quick fox [2, 1, 3] [1, 2]"},
        Example{"{{ nums[-1] }} {{ dict.a[1].k }} {{ dict['z'] }} {{ (1, 2)[0] }} {{ nums.0 }}", "2 it's 1 1 3"},
        Example{"{{ \"it's\" }} {{ 'a\\n\\u00e9\\q' }} {{ 'a' 'b' }} {{ 0x1F }} {{ 1_000 }}",
                "it's a\n\u00e9\\q ab 31 1000"},
        Example{"{{ [1, 'a', none, true, 1.5, (1,), {'k': \"it's\"}] }}",
                "[1, 'a', None, True, 1.5, (1,), {'k': \"it's\"}]"},
        Example{"{{ 1e16 }} {{ 0.00001 }} {{ 1.0 }} {{ 123456789.125 }}", "1e+16 1e-05 1.0 123456789.125"},
        Example{"{{ missing }}|{{ missing is defined }}|{{ dict.missing }}|{{ missing ~ 'x' }}", "|False||x"}));

INSTANTIATE_TEST_SUITE_P(
    Methods, Template,
    testing::Values(
        Example{"{{ text.split() }} {{ 'a,b,,c'.split(',', 1) }}", "['The', 'quick', 'brown', 'fox'] ['a', 'b,,c']"},
        Example{"{{ 'a</think>b'.split('</think>')[-1] }} {{ 'a b c'.rsplit(' ', 1) }}", "b ['a b', 'c']"},
        Example{"[{{ ' a '.strip() }}] [{{ ' a '.lstrip() }}] [{{ ' a '.rstrip() }}] {{ 'xax'.strip('x') }}",
                "[a] [a ] [ a] a"},
        Example{"{{ 'ab'.upper() }} {{ 'Äß'.upper() }} {{ 'ÀB'.lower() }} {{ \"it's\".title() }} "
                "{{ 'aB'.capitalize() }}",
                "AB ÄSS àb It'S Ab"},
        Example{"{{ 'abc'.startswith('a') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'aaa'.replace('a', 'b', 2) }}",
                "True True bba"},
        Example{"{{ dict.keys() | list }} {{ dict.get('q', 5) }} {{ dict.get('q') }}", "['z', 'a'] 5 None"}));

INSTANTIATE_TEST_SUITE_P(
    Filters, Template,
    testing::Values(
        Example{"{{ dict | tojson }} {{ 'é\"\\n<' | tojson }}",
                "{\"z\": 1, \"a\": [1, {\"k\": \"it's\"}]} \"é\\\"\\n<\""},
        Example{"{{ dict | tojson(indent=2) }}",
                "{\n  \"z\": 1,\n  \"a\": [\n    1,\n    {\n      \"k\": \"it's\"\n    }\n  ]\n}"},
        Example{"{{ [] | tojson(indent=2) }} {{ (1, none) | tojson }} {{ '漢😀' | tojson(ensure_ascii=True) }}",
                "[] [1, null] \"\\u6f22\\ud83d\\ude00\""},
        Example{
            "{{ nums | join('-') }} {{ people | map(attribute='name') | join('/') }} {{ nums | map('string') | list }}",
            "3-1-2 Ann/Bob ['3', '1', '2']"},
        Example{"{{ nums | first }}{{ nums | last }}{{ nums | length }} {{ nums | sort }} {{ words | sort }} {{ nums | "
                "max }}",
                "323 [1, 2, 3] ['A', 'b', 'c'] 3"},
        Example{"{{ people | selectattr('age', 'defined') | list }} {{ people | rejectattr('name', 'equalto', 'Ann') | "
                "list }}",
                "[{'name': 'Ann', 'age': 3}] [{'name': 'Bob'}]"},
        Example{"{{ nums | select('odd') | list }} {{ nums | reject('>', 1) | list }} {{ [1, 1, 2] | unique | list }}",
                "[3, 1] [1] [1, 2]"},
        Example{"{{ dict | dictsort | first }} {{ dict | items | list | length }} {{ missing | items | list }}",
                "('a', [1, {'k': \"it's\"}]) 2 []"},
        Example{"{{ ' a ' | trim }} {{ 'a b' | title }} {{ 'aB' | capitalize }} {{ 'x' | upper }} {{ 'abab' | "
                "replace('a', 'c') }}",
                "a A B Ab X cbcb"},
        Example{"{{ missing | default('d') }} {{ '' | d('e', true) }} {{ '3' | int }} {{ 'x' | int(7) }} {{ '1.5' | "
                "float }}",
                "d e 3 7 1.5"},
        Example{"{{ 'a\\nb\\n\\nc' | indent(2) }}|{{ 'a\\nb' | indent(1, first=true) }}", "a\n  b\n\n  c| a\n b"}));

INSTANTIATE_TEST_SUITE_P(
    Tests, Template,
    testing::Values(
        Example{"{{ text is string }} {{ dict is mapping }} {{ nums is iterable }} {{ 1 is number }} "
                "{{ true is boolean }} {{ none is none }} {{ 1 is none }}",
                "True True True True True True False"},
        Example{"{{ 4 is even }} {{ 3 is odd }} {{ 4 is divisibleby 2 }} {{ 1 is true }} {{ 'a' is in 'abc' }}",
                "True True True False True"},
        Example{"{{ text is not string }} {{ missing is undefined }} {{ zero is defined and zero is equalto 0 }}",
                "False True True"}));

TEST(ChatTemplate, complainsWithPlaceAndLine) {
    EXPECT_EQ(complaint("a\n{{ raise_exception('no system role') }}"), "test, line 2: no system role");
    EXPECT_EQ(complaint("{{ missing.name }}"), "test, line 1: 'missing' is undefined");
    EXPECT_EQ(complaint("{{ nums[9].role }}"), "test, line 1: list object has no element 9");
    EXPECT_EQ(complaint("{{ dict.q.r }}"), "test, line 1: 'dict object' has no attribute 'q'");
    EXPECT_EQ(complaint("{{ 'a' + 1 }}"), "test, line 1: can only concatenate str (not \"int\") to str");
    EXPECT_THAT(complaint("\n\n{% if %}"), HasSubstr("test, line 3: a value is expected"));
    EXPECT_THAT(complaint("{% for x in nums %}"), HasSubstr("'endfor' is missing"));
    EXPECT_THAT(complaint("{{ 'abc"), HasSubstr("a string does not end"));
    EXPECT_THAT(complaint("{% set dict.x = 1 %}"), HasSubstr("cannot assign attribute on non-namespace object"));
    EXPECT_THAT(complaint("{{ 1 / 0 }}"), HasSubstr("division by zero"));
    EXPECT_THAT(complaint("{{ nums | batch(0) }}"), HasSubstr("a length of at least 1"));
    EXPECT_THAT(complaint("{% call 1 %}{% endcall %}"), HasSubstr("wants the call of a macro"));
    EXPECT_THAT(complaint("{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}"), HasSubstr("'caller' is undefined"));
    EXPECT_THAT(complaint("{% macro m() %}{% endmacro %}{{ m(1) }}"), HasSubstr("takes not more than 0 argument"));
}

TEST(ChatTemplate, saysWhatItDoesNotSupport) {
    for (const char* source : {"{% include 'x' %}", "{{ nums | xmlattr }}", "{{ 1 is nonsense }}",
                               "{% for x in nums recursive %}{% endfor %}", "{{ f(*nums) }}"})
        try {
            render(source);
            ADD_FAILURE() << source;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << source;
            EXPECT_THAT(error.what(), HasSubstr("not supported")) << source;
        }
}

TEST(ChatTemplate, knowsTheDate) {
    const std::string year = render("{{ strftime_now('%Y') }}");
    const std::time_t now = std::time(nullptr);
    EXPECT_NEAR(std::stoi(year), 1900 + std::localtime(&now)->tm_year, 1);
}

TEST(ChatTemplate, rendersConversations) {
    const ChatTemplate chat("{% for m in messages %}<{{ m.role }}>{{ m['content'] }}{% endfor %}"
                            "{% if add_generation_prompt %}<assistant>{% endif %}",
                            "test");
    const json messages = {{{"role", "user"}, {"content", "Hi"}}, {{"role", "assistant"}, {"content", "Yo"}}};
    EXPECT_EQ(chat.render(messages), "<user>Hi<assistant>Yo");
    EXPECT_EQ(chat.render(messages, true), "<user>Hi<assistant>Yo<assistant>");
    EXPECT_EQ(chat.render(json::array()), "");
    EXPECT_THROW(chat.render(json("Hi")), Error);
    EXPECT_THROW(chat.render(json::array({"Hi"})), Error);
    EXPECT_THROW(chat.renderWith(ordered_json::parse(R"({"messages": {}})")), Error);
}

TEST(ChatTemplate, loadsFromAModelFolder) {
    const test::TemporaryFolder folder;
    EXPECT_FALSE(ChatTemplate::load(folder.path()));
    test::put(folder / "tokenizer_config.json", R"({"bos_token": {"content": "<s>"}, "eos_token": null})");
    EXPECT_FALSE(ChatTemplate::load(folder.path()));

    test::put(folder / "tokenizer_config.json",
              R"({"bos_token": {"content": "<s>"}, "eos_token": null,
                  "chat_template": "{{ bos_token }}{{ eos_token is defined }}{{ messages | length }}"})");
    EXPECT_EQ(ChatTemplate::load(folder.path())->render(json::array()), "<s>False0");

    test::put(folder / "tokenizer_config.json",
              R"({"chat_template": [{"name": "rag", "template": "r"}, {"name": "default", "template": "d"}]})");
    EXPECT_EQ(ChatTemplate::load(folder.path())->render(json::array()), "d");

    test::put(folder / "chat_template.jinja", "from {{ 'jinja' }}");
    EXPECT_EQ(ChatTemplate::load(folder.path())->render(json::array()), "from jinja");

    test::put(folder / "chat_template.jinja", "{% if %}");
    try {
        ChatTemplate::load(folder.path());
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("chat_template.jinja, line 1: "));
    }
}

TEST(ChatTemplate, rendersTheDemo) {
    const auto chat = ChatTemplate::load(test::demoFolder() / "model");
    ASSERT_TRUE(chat);
    EXPECT_EQ(chat->render({{{"role", "user"}, {"content", "Hi"}}}, true),
              "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
}

} // namespace
} // namespace vernier
