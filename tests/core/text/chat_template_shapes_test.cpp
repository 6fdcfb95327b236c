#include "core/text/chat_template.h"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

// Templates written in the way of published ones that the references do not cover, and what jinja2 3.1.6 prints for
// them with the settings of transformers (trim_blocks, lstrip_blocks, its tojson).

/// A reversed search for the last question, thoughts cut out of answers, tool results gathered into one turn.
const char* const kQwen3 = R"T({%- if tools %}
    {{- '<|im_start|>system\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\n\n' }}
    {%- endif %}
    {{- "# Tools\n<tools>" }}
    {%- for tool in tools %}
        {{- "\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\n</tools><|im_end|>\n" }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
{%- endif %}
{%- set ns = namespace(searching=true, last_query=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.searching and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.searching = false %}
        {%- set ns.last_query = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content if message.content is string else '' %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.reasoning_content is string %}
            {%- set thought = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query and (loop.last or (not loop.last and thought)) %}
            {{- '<|im_start|>assistant\n<think>\n' + thought.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}
        {%- else %}
            {{- '<|im_start|>assistant\n' + content }}
        {%- endif %}
        {%- for call in message.tool_calls or [] %}
            {%- if call.function %}{% set call = call.function %}{% endif %}
            {{- '\n<tool_call>\n{"name": "' ~ call.name ~ '", "arguments": ' }}
            {%- if call.arguments is string %}{{ call.arguments }}{% else %}{{ call.arguments | tojson }}{% endif %}
            {{- '}\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}{{- '<|im_start|>user' }}{% endif %}
        {{- '\n<tool_response>\n' + content + '\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}{{- '<|im_end|>\n' }}{% endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{% endif %}
{%- endif %})T";

/// Default system texts put together, documents, controls behind the role of the answer.
const char* const kGranite = R"T({%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set system_message = "You are a careful assistant." %}
    {%- if tools and documents %}
        {%- set system_message = system_message + " You have tools and documents." %}
    {%- elif tools %}
        {%- set system_message = system_message + " You have tools." %}
    {%- endif %}
    {%- if controls and 'length' in controls %}{% set system_message = system_message + " Answers are " + controls['length'] + "." %}{% endif %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- '<|start_of_role|>system<|end_of_role|>' + system_message + '<|end_of_text|>\n' }}
{%- if tools %}
    {{- '<|start_of_role|>tools<|end_of_role|>' }}
    {{- tools | tojson(indent=4) }}
    {{- '<|end_of_text|>\n' }}
{%- endif %}
{%- if documents %}
    {{- '<|start_of_role|>documents<|end_of_role|>' }}
    {%- for document in documents %}
        {{- 'Document ' + loop.index0 | string + '\n' }}
        {{- document['text'] }}
        {%- if not loop.last %}{{- '\n\n' }}{% endif %}
    {%- endfor %}
    {{- '<|end_of_text|>\n' }}
{%- endif %}
{%- for message in loop_messages %}
    {{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + message['content'] + '<|end_of_text|>\n' }}
    {%- if loop.last and add_generation_prompt %}
        {{- '<|start_of_role|>assistant' }}
        {%- if controls %}{{- ' ' + controls | tojson() }}{% endif %}
        {{- '<|end_of_role|>' }}
    {%- endif %}
{%- endfor %})T";

struct Case {
    const char* source;
    const char* variables;
    const char* expected;
};

class ShapedTemplate : public testing::TestWithParam<Case> {};

TEST_P(ShapedTemplate, printsWhatJinjaPrints) {
    const auto variables = nlohmann::ordered_json::parse(GetParam().variables);
    EXPECT_EQ(ChatTemplate(GetParam().source, "test").renderWith(variables), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Published, ShapedTemplate,
    testing::Values(
        Case{
            kQwen3,
            R"V({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is Ålesund?"}, {"role": "assistant", "content": "<think>\nlook it up\n</think>\n\nOne moment.", "tool_calls": [{"function": {"name": "find", "arguments": {"q": "Ålesund"}}}]}, {"role": "tool", "content": "Norway"}, {"role": "tool", "content": "a city"}, {"role": "assistant", "content": "<think>\nfound\n</think>\n\nIn Norway."}, {"role": "user", "content": "Thanks"}], "add_generation_prompt": true, "tools": [{"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}]})V",
            R"V(<|im_start|>system
Be brief.

# Tools
<tools>
{"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}
</tools><|im_end|>
<|im_start|>user
Where is Ålesund?<|im_end|>
<|im_start|>assistant
One moment.
<tool_call>
{"name": "find", "arguments": {"q": "Ålesund"}}
</tool_call><|im_end|>
<|im_start|>user
<tool_response>
Norway
</tool_response>
<tool_response>
a city
</tool_response><|im_end|>
<|im_start|>assistant
In Norway.<|im_end|>
<|im_start|>user
Thanks<|im_end|>
<|im_start|>assistant
)V"},
        Case{
            kQwen3,
            R"V({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is Ålesund?"}, {"role": "assistant", "content": "<think>\nlook it up\n</think>\n\nOne moment.", "tool_calls": [{"function": {"name": "find", "arguments": {"q": "Ålesund"}}}]}, {"role": "tool", "content": "Norway"}, {"role": "tool", "content": "a city"}, {"role": "assistant", "content": "<think>\nfound\n</think>\n\nIn Norway."}], "enable_thinking": false, "add_generation_prompt": true})V",
            R"V(<|im_start|>system
Be brief.<|im_end|>
<|im_start|>user
Where is Ålesund?<|im_end|>
<|im_start|>assistant
<think>
look it up
</think>

One moment.
<tool_call>
{"name": "find", "arguments": {"q": "Ålesund"}}
</tool_call><|im_end|>
<|im_start|>user
<tool_response>
Norway
</tool_response>
<tool_response>
a city
</tool_response><|im_end|>
<|im_start|>assistant
<think>
found
</think>

In Norway.<|im_end|>
<|im_start|>assistant
<think>

</think>

)V"},
        Case{
            kQwen3,
            R"V({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": null, "reasoning_content": "\ngreet\n"}]})V",
            R"V(<|im_start|>user
Hi<|im_end|>
<|im_start|>assistant
<think>
greet
</think>

<|im_end|>
)V"},
        Case{
            kGranite,
            R"V({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is Ålesund?"}], "add_generation_prompt": true, "documents": [{"text": "one"}, {"text": "two"}]})V",
            R"V(<|start_of_role|>system<|end_of_role|>Be brief.<|end_of_text|>
<|start_of_role|>documents<|end_of_role|>Document 0
one

Document 1
two<|end_of_text|>
<|start_of_role|>user<|end_of_role|>Where is Ålesund?<|end_of_text|>
<|start_of_role|>assistant<|end_of_role|>)V"},
        Case{
            kGranite,
            R"V({"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}, {"role": "user", "content": "R"}], "add_generation_prompt": true, "tools": [{"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {"q": {"type": "string"}}}}}], "controls": {"length": "short"}})V",
            R"V(<|start_of_role|>system<|end_of_role|>You are a careful assistant. You have tools. Answers are short.<|end_of_text|>
<|start_of_role|>tools<|end_of_role|>[
    {
        "type": "function",
        "function": {
            "name": "find",
            "parameters": {
                "type": "object",
                "properties": {
                    "q": {
                        "type": "string"
                    }
                }
            }
        }
    }
]<|end_of_text|>
<|start_of_role|>user<|end_of_role|>Q<|end_of_text|>
<|start_of_role|>assistant<|end_of_role|>A<|end_of_text|>
<|start_of_role|>user<|end_of_role|>R<|end_of_text|>
<|start_of_role|>assistant {"length": "short"}<|end_of_role|>)V"}));

} // namespace
} // namespace vernier
