#include "tests/support/test_files.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace vernier::test {

namespace fs = std::filesystem;

fs::path demoFolder() {
    return fs::path(VERNIER_SOURCE_DIR) / "resources" / "demo";
}

fs::path tinyModel(std::string_view name) {
    return fs::path(VERNIER_SOURCE_DIR) / "tests" / "data" / "tiny" / name;
}

nlohmann::json golden(std::string_view name) {
    return nlohmann::json::parse(get(fs::path(VERNIER_SOURCE_DIR) / "tests" / "golden" / name));
}

fs::path sharedFolder() {
    const char* named = std::getenv("VERNIER_SHARED");
    const fs::path folder = named ? fs::path(named) : fs::path(VERNIER_SOURCE_DIR) / ".." / "shared";
    return fs::is_directory(folder / "reference") ? fs::canonical(folder) : fs::path();
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "vernier-test-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("no temporary folder");
    m_path = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

void put(const fs::path& path, std::string_view bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string get(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string decodeBase64(std::string_view text) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos)
            continue;
        buffer = buffer << 6 | static_cast<unsigned>(value);
        if ((bits += 6) >= 8)
            bytes += static_cast<char>(buffer >> (bits -= 8) & 0xFF);
    }
    return bytes;
}

} // namespace vernier::test
