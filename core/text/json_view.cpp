#include "core/text/json_view.h"

#include "core/base/error.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

JsonView::JsonView(const nlohmann::json& value, std::string file, std::string key)
    : m_value(&value), m_file(std::move(file)), m_key(std::move(key)) {}

std::string JsonView::place() const {
    return m_key.empty() ? m_file : fmt::format("{}, {}", m_file, m_key);
}

void JsonView::fail(std::string problem, std::string remedy) const {
    throw Error(ErrorKind::Input, place(), std::move(problem), std::move(remedy));
}

void JsonView::unknownType(std::string_view thing, std::string_view type, std::string_view known) const {
    throw Error(ErrorKind::Unsupported, place(), fmt::format("{} of type \"{}\" is not supported", thing, type),
                fmt::format("Vernier knows {}", known));
}

bool JsonView::isNull() const {
    return m_value->is_null();
}

bool JsonView::has(const char* key) const {
    if (!m_value->is_object())
        return false;
    const auto member = m_value->find(key);
    return member != m_value->end() && !member->is_null();
}

JsonView JsonView::at(const char* key) const {
    if (!m_value->is_object())
        fail(fmt::format("is a {}, not an object", m_value->type_name()));
    const auto member = m_value->find(key);
    if (member == m_value->end())
        fail(fmt::format("lacks \"{}\"", key));
    return {*member, m_file, m_key.empty() ? std::string(key) : fmt::format("{}.{}", m_key, key)};
}

JsonView JsonView::at(std::size_t index) const {
    if (index >= listSize())
        fail(fmt::format("has only {} elements", listSize()));
    return {(*m_value)[index], m_file, fmt::format("{}[{}]", m_key, index)};
}

std::size_t JsonView::listSize() const {
    if (!m_value->is_array())
        fail(fmt::format("is a {}, not a list", m_value->type_name()));
    return m_value->size();
}

const std::string& JsonView::string() const {
    if (!m_value->is_string())
        fail(fmt::format("is a {}, not a string", m_value->type_name()));
    return m_value->get_ref<const std::string&>();
}

std::string JsonView::string(const char* key, const char* absent) const {
    return has(key) ? at(key).string() : std::string(absent);
}

bool JsonView::boolean() const {
    if (!m_value->is_boolean())
        fail(fmt::format("is a {}, not true or false", m_value->type_name()));
    return m_value->get<bool>();
}

bool JsonView::boolean(const char* key, bool absent) const {
    return has(key) ? at(key).boolean() : absent;
}

std::int64_t JsonView::integer() const {
    if (!m_value->is_number_integer())
        fail(fmt::format("is a {}, not an integer", m_value->type_name()));
    if (m_value->is_number_unsigned() &&
        m_value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        fail("is too large an integer");
    return m_value->get<std::int64_t>();
}

} // namespace vernier
