#pragma once

#include "core/dataset/bounded_json.h"

#include <functional>
#include <memory>
#include <string_view>

namespace simdjson::dom {
class parser;
}

namespace vernier {

/// Parses as parseBounded does, several times as fast, through simdjson (Langdale, Lemire 2019, arXiv 1902.08318). What
/// that one will not take (damage, huge numbers, very long records) goes the slower way, which also knows the reason.
class FastJson {
public:
    FastJson();
    ~FastJson();

    /// TextStream::kPadding bytes behind text must be readable.
    BoundedJson parse(std::string_view text, const std::function<bool(std::string_view)>& keep);

private:
    std::unique_ptr<simdjson::dom::parser> m_parser;
};

} // namespace vernier
