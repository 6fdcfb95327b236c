#include "core/text/post_processor.h"

#include "core/text/vocabulary.h"

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr int kDepthLimit = 16;

/// Appends the ids that "special_tokens" gives to the name of a special token.
void appendIds(const JsonView& item, const JsonView& processor, std::vector<std::int32_t>& ids) {
    const std::string& name = item.at("id").string();
    const JsonView list = processor.at("special_tokens").at(name.c_str()).at("ids");
    for (std::size_t i = 0; i < list.listSize(); ++i)
        ids.push_back(readTokenId(list.at(i)));
}

void readTemplate(const JsonView& json, PostProcessor& result) {
    const JsonView single = json.at("single");
    PostProcessor around;
    bool behindText = false;
    for (std::size_t i = 0; i < single.listSize(); ++i) {
        const JsonView item = single.at(i);
        if (item.has("SpecialToken")) {
            appendIds(item.at("SpecialToken"), json, behindText ? around.behind : around.before);
        } else if (item.has("Sequence") && !behindText && item.at("Sequence").at("id").string() == "A") {
            behindText = true;
        } else
            item.fail("is neither a SpecialToken nor the one Sequence \"A\"");
    }
    if (!behindText)
        single.fail("lacks the Sequence \"A\"");
    result.before.insert(result.before.begin(), around.before.begin(), around.before.end());
    result.behind.insert(result.behind.end(), around.behind.begin(), around.behind.end());
}

/// Reads the pair [token, id] of the older post-processors.
std::int32_t readPairId(const JsonView& pair) {
    return readTokenId(pair.at(1));
}

void read(const JsonView& json, int depth, PostProcessor& result) {
    if (json.isNull())
        return;
    const std::string& type = json.at("type").string();
    if (type == "Sequence") {
        if (depth >= kDepthLimit)
            json.fail("is nested too deeply");
        const JsonView list = json.at("processors");
        for (std::size_t i = 0; i < list.listSize(); ++i)
            read(list.at(i), depth + 1, result);
    } else if (type == "TemplateProcessing")
        readTemplate(json, result);
    else if (type == "RobertaProcessing" || type == "BertProcessing") {
        result.before.insert(result.before.begin(), readPairId(json.at("cls")));
        result.behind.push_back(readPairId(json.at("sep")));
    } else if (type != "ByteLevel") // which only moves offsets
        json.unknownType("a post-processor", type,
                         "BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing");
}

} // namespace

PostProcessor readPostProcessor(const JsonView& json) {
    PostProcessor result;
    read(json, 0, result);
    return result;
}

} // namespace vernier
