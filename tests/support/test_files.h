#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace vernier::test {

/// The demo of the repository: model/, text/, scripts/.
std::filesystem::path demoFolder();

/// A tiny random model of one family, of tests/data/tiny.
std::filesystem::path tinyModel(std::string_view name);

/// A file of tests/golden, parsed.
nlohmann::json golden(std::string_view name);

/// The folder of foreign models, tokenizers and texts ($VERNIER_SHARED, else ../shared beside the repository); empty
/// when absent. Tests that want it begin with VERNIER_NEEDS_SHARED().
std::filesystem::path sharedFolder();

#define VERNIER_NEEDS_SHARED()                                                                                         \
    if (vernier::test::sharedFolder().empty())                                                                         \
    GTEST_SKIP() << "needs the shared folder of foreign models and references, which is absent"

/// Is a fresh folder that is removed with everything in it when it goes out of scope.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(std::string_view name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

/// Writes bytes to a file, creating its folder.
void put(const std::filesystem::path& path, std::string_view bytes);

/// All bytes of a file.
std::string get(const std::filesystem::path& path);

/// Bytes of standard base64 text.
std::string decodeBase64(std::string_view text);

} // namespace vernier::test
