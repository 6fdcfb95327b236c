#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/model/fingerprint.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <chrono>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

/// A copy of a tiny model whose files are old enough to be remembered.
class Fingerprint : public testing::Test {
protected:
    test::TemporaryFolder folder;
    fs::path model = folder / "model", memo = folder / "cache" / "models.json";
    int stages = 0;
    JobContext job{{}, [this](const Progress& progress) { stages += progress.done == 0 ? 1 : 0; }, {}};

    void SetUp() override {
        fs::copy(test::tinyModel("llama3-rope"), model);
        age();
    }
    void age() {
        for (const auto& file : fs::directory_iterator(model))
            fs::last_write_time(file, fs::file_time_type::clock::now() - 1h);
    }
    std::string ask() { return FingerprintMemo(memo).fingerprint(Model::open(model), job); }
    void changeOneByte(const char* name) {
        std::string bytes = test::get(model / name);
        bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1);
        test::put(model / name, bytes);
    }
};

TEST_F(Fingerprint, IsTheDigestOfConfigurationAndPieces) {
    // One shard of one piece: the digest of the piece's digest, of hexadecimal texts throughout.
    const std::string shard = sha256(sha256(test::get(model / "model.safetensors")));
    EXPECT_EQ(hashModel(Model::open(model), job), sha256(sha256(test::get(model / "config.json")) + shard));
}

TEST_F(Fingerprint, IsComputedOnce) {
    const std::string first = ask();
    EXPECT_EQ(stages, 1);
    EXPECT_EQ(ask(), first);
    EXPECT_EQ(stages, 1);
    EXPECT_EQ(FingerprintMemo(memo).folderOf(first), model.string());
    EXPECT_EQ(FingerprintMemo(memo).folderOf(std::string(64, '0')), "");
}

TEST_F(Fingerprint, NoticesAChangedFileOfTheSameSizeAndTime) {
    for (const char* name : {"model.safetensors", "config.json"}) {
        const std::string before = ask();
        if (std::string_view(name) == "config.json")
            test::put(model / name, test::get(model / name) + "\n");
        else
            changeOneByte(name);
        age(); // the time of the content is set back; that of the status cannot be
        EXPECT_NE(ask(), before) << name;
    }
}

TEST_F(Fingerprint, DoesNotTrustAFileOfThisMoment) {
    ask();
    changeOneByte("model.safetensors");
    fs::last_write_time(model / "model.safetensors", fs::file_time_type::clock::now());
    stages = 0;
    ask();
    ask();
    EXPECT_EQ(stages, 2);
}

TEST_F(Fingerprint, ReadsAgainWhenTheMemoIsNoMemo) {
    const std::string right = ask();
    const std::string folderName = model.string();
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[]"), std::string("7"), std::string(1 << 20, '['),
          nlohmann::json{{folderName, 7}}.dump(), nlohmann::json{{folderName, {{"identity", 7}}}}.dump(),
          nlohmann::json{{folderName, {{"identity", "x"}, {"fingerprint", "y"}}}}.dump()}) {
        test::put(memo, text);
        EXPECT_EQ(ask(), right) << text.substr(0, 40);
    }
    fs::remove(memo);
    fs::create_directory(memo); // cannot be written
    EXPECT_EQ(ask(), right);
}

TEST_F(Fingerprint, NeverTakesATextForAFingerprintThatIsNone) {
    ask();
    auto stored = nlohmann::json::parse(test::get(memo));
    const std::string right = stored[model.string()]["fingerprint"];
    for (const char* wrong : {"", "../../x", "ABC", "0123"}) {
        stored[model.string()]["fingerprint"] = wrong;
        test::put(memo, stored.dump());
        EXPECT_EQ(ask(), right) << wrong;
    }
}

TEST_F(Fingerprint, StopsWhenAskedTo) {
    std::stop_source stop;
    stop.request_stop();
    JobContext cancelled(stop.get_token(), {}, {});
    const auto error = test::caughtError([&] { hashModel(Model::open(model), cancelled); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Cancelled);
}

TEST_F(Fingerprint, NamesAShardThatCannotBeRead) {
    const Model open = Model::open(model);
    fs::remove(model / "model.safetensors");
    fs::create_directory(model / "model.safetensors");
    const auto error = test::caughtError([&] { hashModel(open, job); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("model.safetensors"));
}

} // namespace
} // namespace vernier
