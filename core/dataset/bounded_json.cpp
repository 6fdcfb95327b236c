#include "core/dataset/bounded_json.h"

#include <fmt/format.h>

namespace vernier {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNotedNames = 12;
constexpr std::size_t kNotedNameBytes = 40;

/// Builds a value from parser events, leaving out what nobody asked for and stopping at the limits.
class BoundedReader final : public nlohmann::json_sax<Json> {
public:
    BoundedReader(BoundedJson& result, const std::function<bool(std::string_view)>& keep)
        : m_result(result), m_keep(keep) {}

    bool null() override { return leaf(nullptr); }
    bool boolean(bool value) override { return leaf(value); }
    bool number_integer(number_integer_t value) override { return leaf(value); }
    bool number_unsigned(number_unsigned_t value) override { return leaf(value); }
    bool number_float(number_float_t value, const string_t& /*literal*/) override { return leaf(value); }
    bool string(string_t& value) override { return leaf(std::move(value)); }
    bool binary(binary_t& /*value*/) override { return fail("holds binary data"); }

    bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        if (m_ignoredDepth > 0)
            return true;
        if (m_open.size() == 1)
            noteMember(m_result, name);
        if (m_open.size() == 1 && m_keep && !m_keep(name)) {
            m_ignoreNext = true;
            return true;
        }
        if (m_open.back()->size() >= kMaxJsonMembers)
            return fail(fmt::format("has an object of more than {} members", kMaxJsonMembers));
        m_member = &(*m_open.back())[name];
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::json::exception& /*failure*/) override {
        return fail(fmt::format("is not valid JSON from byte {} on", position));
    }

private:
    bool fail(std::string problem) {
        m_result.problem = std::move(problem);
        return false;
    }

    Json* place(Json value) {
        if (m_open.empty()) {
            m_result.value = std::move(value);
            return &m_result.value;
        }
        if (m_open.back()->is_array()) {
            m_open.back()->push_back(std::move(value));
            return &m_open.back()->back();
        }
        *m_member = std::move(value);
        return m_member;
    }

    template <class Value>
    bool leaf(Value value) {
        if (m_ignoredDepth == 0 && !m_ignoreNext)
            place(std::move(value));
        m_ignoreNext = false;
        return true;
    }

    bool open(Json container) {
        if (++m_depth > kMaxJsonDepth)
            return fail(fmt::format("is nested deeper than {} levels", kMaxJsonDepth));
        if (m_ignoredDepth > 0 || m_ignoreNext)
            ++m_ignoredDepth;
        else
            m_open.push_back(place(std::move(container)));
        m_ignoreNext = false;
        return true;
    }

    bool close() {
        --m_depth;
        if (m_ignoredDepth > 0)
            --m_ignoredDepth;
        else
            m_open.pop_back();
        return true;
    }

    BoundedJson& m_result;
    const std::function<bool(std::string_view)>& m_keep;
    std::vector<Json*> m_open; // containers still being filled; only the innermost one grows, so the pointers stay good
    Json* m_member = nullptr;
    std::size_t m_depth = 0;
    std::size_t m_ignoredDepth = 0;
    bool m_ignoreNext = false;
};

} // namespace

void noteMember(BoundedJson& json, std::string_view name) {
    if (json.members.size() < kNotedNames && name.size() <= kNotedNameBytes)
        json.members.emplace_back(name);
}

BoundedJson parseBounded(std::string_view text, const std::function<bool(std::string_view)>& keep) {
    BoundedJson result;
    BoundedReader reader(result, keep);
    if (!Json::sax_parse(text.begin(), text.end(), &reader))
        result.value = nullptr;
    return result;
}

} // namespace vernier
