#pragma once

#include "core/text/jinja/value.h"

#include <string>
#include <string_view>

namespace vernier::jinja {

// What expressions are made of. All of these throw Failure with the message Python or Jinja would give.

/// Applies an arithmetic operator or ~.
Value applyBinary(std::string_view sign, const Value& left, const Value& right, Budget& budget);
Value negate(const Value& value);

/// value.name: a method, else a member; undefined when there is neither.
Value attributeOf(const Value& value, const std::string& name, Budget& budget);
/// value[key]: a member, else a method; undefined when there is neither.
Value itemOf(const Value& value, const Value& key, Budget& budget);
/// value[begin:end:step] as in Python; undefined bounds count as absent.
Value sliceOf(const Value& value, const Value& begin, const Value& end, const Value& step, Budget& budget);
/// A method of a value, bound to it; undefined when there is none of that name.
Value methodOf(const Value& value, const std::string& name, Budget& budget);

using Filter = Value (*)(const Value& value, const Arguments& arguments, Budget& budget);
using Test = bool (*)(const Value& value, const Arguments& arguments, Budget& budget);

/// The filter or test of a name; null when Vernier knows none.
Filter findFilter(std::string_view name);
Test findTest(std::string_view name);
inline bool isFilter(std::string_view name) {
    return findFilter(name) != nullptr;
}
inline bool isTest(std::string_view name) {
    return findTest(name) != nullptr;
}

// The two halves of the table of filters.
Filter findTextFilter(std::string_view name);
Filter findListFilter(std::string_view name);

/// The functions a template can call by name: range, namespace, dict, raise_exception, strftime_now.
Value globalFunction(const std::string& name, Budget& budget);

// What filters and methods share.
Value replaceText(const std::string& text, const std::string& from, const std::string& to, std::int64_t count,
                  Budget& budget);
Value joinTexts(const List& items, const std::string& separator, Budget& budget);

} // namespace vernier::jinja
