#include "core/dataset/import/fast_json.h"

#include "core/dataset/import/text_stream.h"

#include <new>

#include <simdjson.h>

namespace vernier {

namespace {

using Json = nlohmann::ordered_json;
namespace dom = simdjson::dom;

static_assert(TextStream::kPadding >= simdjson::SIMDJSON_PADDING);

// simdjson's memory is about fourteen times the longest record, the slower parser's only what is kept of it.
constexpr std::size_t kLongestFast = std::size_t{4} << 20;

/// The value in the form everything else works with; false when it has more members than are allowed.
bool convert(const dom::element& source, Json& target) {
    switch (source.type()) {
    case dom::element_type::OBJECT: {
        target = Json::object();
        for (const auto& [key, value] : dom::object(source)) {
            if (target.size() >= kMaxJsonMembers)
                return false;
            if (!convert(value, target[std::string(key)]))
                return false;
        }
        return true;
    }
    case dom::element_type::ARRAY: {
        target = Json::array();
        for (const dom::element value : dom::array(source)) {
            target.push_back(nullptr);
            if (!convert(value, target.back()))
                return false;
        }
        return true;
    }
    case dom::element_type::STRING:
        target = std::string(std::string_view(source));
        return true;
    case dom::element_type::INT64:
        target = std::int64_t(source);
        return true;
    case dom::element_type::UINT64:
        target = std::uint64_t(source);
        return true;
    case dom::element_type::DOUBLE:
        target = double(source);
        return true;
    case dom::element_type::BOOL:
        target = bool(source);
        return true;
    case dom::element_type::NULL_VALUE:
        target = nullptr;
        return true;
    }
    return false;
}

} // namespace

FastJson::FastJson() : m_parser(std::make_unique<dom::parser>(kLongestFast)) {
    if (m_parser->allocate(0, kMaxJsonDepth) != simdjson::SUCCESS)
        throw std::bad_alloc();
}

FastJson::~FastJson() = default;

BoundedJson FastJson::parse(std::string_view text, const std::function<bool(std::string_view)>& keep) {
    dom::element root;
    dom::object object;
    if (text.size() > kLongestFast || m_parser->parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS ||
        root.get(object) != simdjson::SUCCESS)
        return parseBounded(text, keep);
    BoundedJson result;
    result.value = Json::object();
    for (const auto& [name, value] : object) {
        noteMember(result, name);
        if (keep && !keep(name))
            continue;
        if (result.value.size() >= kMaxJsonMembers || !convert(value, result.value[std::string(name)]))
            return parseBounded(text, keep);
    }
    return result;
}

} // namespace vernier
