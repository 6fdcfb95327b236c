#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier::test {

/// Builds the bytes of a safetensors file, correct or broken on purpose.
class SafetensorsWriter {
public:
    /// Adds an F32 tensor.
    void add(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
        const std::size_t begin = m_data.size();
        m_data.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
        m_header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, m_data.size()}}};
    }

    /// The header, to be changed before bytes().
    nlohmann::json& header() { return m_header; }

    std::string bytes() const { return withHeader(m_header.dump()); }

    /// The file with another text in place of the header's JSON.
    std::string withHeader(const std::string& header) const {
        const std::uint64_t length = header.size();
        std::string all(sizeof(length), '\0');
        std::memcpy(all.data(), &length, sizeof(length));
        return all + header + m_data;
    }

private:
    nlohmann::json m_header = nlohmann::json::object();
    std::string m_data;
};

} // namespace vernier::test
