#include "core/text/jinja/operators.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

namespace vernier::jinja {

namespace {

constexpr std::int64_t kLongestRange = 100'000; // jinja2's sandbox allows as many

Value range(const Arguments& arguments, Budget& budget) {
    if (arguments.positional.empty() || arguments.positional.size() > 3)
        throw Failure("range() takes one to three integers");
    const bool one = arguments.positional.size() == 1;
    const std::int64_t begin = one ? 0 : arguments.integer(0, "start", 0);
    const std::int64_t end = arguments.integer(one ? 0 : 1, "stop", 0);
    const std::int64_t step = arguments.integer(2, "step", 1);
    if (step == 0)
        throw Failure("range() arg 3 must not be zero");
    List items;
    for (std::int64_t at = begin; step > 0 ? at < end : at > end;) {
        if (static_cast<std::int64_t>(items.size()) == kLongestRange)
            throw Failure(fmt::format("Range too big. The sandbox blocks ranges larger than {}.", kLongestRange));
        items.emplace_back(at);
        if (__builtin_add_overflow(at, step, &at))
            break;
    }
    budget.step(items.size());
    budget.allocate(items.size() * sizeof(Value));
    return Value::list(std::move(items));
}

Value makeDict(const Arguments& arguments, Budget& budget) {
    const auto dict = std::make_shared<Dict>();
    for (const Value& given : arguments.positional) {
        if (!given.dict())
            throw Failure("dict() takes a mapping or keyword arguments");
        for (const auto& [key, value] : given.dict()->entries())
            dict->set(key, value);
    }
    for (const auto& [name, value] : arguments.named)
        dict->set(name, value);
    budget.allocate(dict->entries().size() * 3 * sizeof(Value));
    return std::shared_ptr<const Dict>(dict);
}

Value raiseException(const Arguments& arguments, Budget&) {
    throw Failure(arguments.text(0, "message"));
}

Value strftimeNow(const Arguments& arguments, Budget&) {
    const std::string& format = arguments.text(0, "format");
    if (format.size() > 256)
        throw Failure("the format of strftime_now() is too long");
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 4096> text;
    return std::string(text.data(), std::strftime(text.data(), text.size(), format.c_str(), &local));
}

} // namespace

Value globalFunction(const std::string& name, Budget& budget) {
    using Global = Value (*)(const Arguments&, Budget&);
    constexpr std::array<std::pair<std::string_view, Global>, 4> kGlobals = {
        {{"range", range}, {"dict", makeDict}, {"raise_exception", raiseException}, {"strftime_now", strftimeNow}}};
    for (const auto& [known, call] : kGlobals)
        if (known == name) {
            Function function{name,
                              [call = call, &budget](const Arguments& arguments) { return call(arguments, budget); }};
            return std::make_shared<const Function>(std::move(function));
        }
    return Value::undefined(fmt::format("'{}' is undefined", name));
}

} // namespace vernier::jinja
