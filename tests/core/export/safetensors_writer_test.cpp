#include "core/base/error.h"
#include "core/export/export_folder.h"
#include "core/export/linear_tensors.h"
#include "tests/support/caught_error.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TensorBytes numbers(const std::string& name, std::vector<std::int64_t> shape, float first) {
    std::vector<float> values(static_cast<std::size_t>(shape[0] * shape[1]));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = first + static_cast<float>(i);
    return tensorOf<float>(name, DType::F32, std::move(shape), values);
}

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(SafetensorsWriter, WritesOneFileThatReadsBack) {
    const test::TemporaryFolder folder;
    SafetensorsWriter writer(folder.path(), 2 * SafetensorsWriter::headerBytesOf("b.weight"));
    writer.add(numbers("b.weight", {2, 3}, 1));
    writer.add(numbers("a \"quoted\"", {1, 2}, 10));
    writer.finish();
    EXPECT_EQ(filesIn(folder.path()), 1u);
    const SafetensorsFile file(folder / "model.safetensors");
    EXPECT_EQ(file.tensors().size(), 2u);
    EXPECT_EQ(file.tensors().at("b.weight").text(), "F32 [2, 3]");
    EXPECT_THAT(std::string(file.header()), testing::StartsWith(R"({"__metadata__":{"format":"pt"},"b.weight")"));
    EXPECT_EQ(file.header().size() % 8, 0u);
    const Checkpoint checkpoint(folder.path());
    EXPECT_EQ(checkpoint.matrix("b.weight", 2, 3)(1, 2), 6.0f);
    EXPECT_EQ(checkpoint.matrix("a \"quoted\"", 1, 2)(0, 1), 11.0f);
}

TEST(SafetensorsWriter, CutsShardsAndIndexesThem) {
    const test::TemporaryFolder folder;
    SafetensorsWriter writer(folder.path(), 2000, 100);
    for (const char* name : {"a", "b", "c", "d"})
        writer.add(numbers(name, {1, 12}, static_cast<float>(name[0])));
    writer.add(numbers("larger than a shard", {10, 10}, 0));
    writer.finish();
    const auto index = nlohmann::json::parse(test::get(folder / "model.safetensors.index.json"));
    EXPECT_EQ(index["metadata"]["total_size"], 4 * 48 + 400);
    EXPECT_EQ(index["weight_map"]["b"], "model-00001-of-00003.safetensors");
    EXPECT_EQ(index["weight_map"]["c"], "model-00002-of-00003.safetensors");
    EXPECT_EQ(index["weight_map"]["larger than a shard"], "model-00003-of-00003.safetensors");
    EXPECT_EQ(filesIn(folder.path()), 4u);
    const Checkpoint checkpoint(folder.path());
    EXPECT_EQ(checkpoint.shards(), 3u);
    EXPECT_EQ(checkpoint.matrix("d", 1, 12)(0, 11), 'd' + 11.0f);
}

TEST(SafetensorsWriter, SaysWhenTheDiskIsFull) {
    const test::TemporaryFolder folder;
    const test::FileSizeLimit limit(4096);
    SafetensorsWriter writer(folder.path(), 1000);
    const auto error = test::caughtError([&] { writer.add(numbers("a", {100, 100}, 0)); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Io);
    EXPECT_THAT(error->what(), HasSubstr("cannot be written"));
}

TEST(SafetensorsWriter, RefusesANameTwice) {
    const test::TemporaryFolder folder;
    SafetensorsWriter writer(folder.path(), 1000);
    writer.add(numbers("a", {1, 1}, 0));
    EXPECT_THROW(writer.add(numbers("a", {1, 1}, 0)), Error);
}

TEST(ExportFolder, AppearsWholeOrNotAtAll) {
    const test::TemporaryFolder parent;
    {
        const ExportFolder abandoned(parent / "model", false);
        abandoned.write("config.json", "{}");
        EXPECT_FALSE(fs::exists(parent / "model"));
    }
    EXPECT_EQ(filesIn(parent.path()), 0u);
    ExportFolder folder(parent / "deeper" / "model", false);
    folder.write("config.json", "{}");
    folder.publish();
    EXPECT_EQ(test::get(parent / "deeper/model/config.json"), "{}");
    EXPECT_EQ(filesIn(parent / "deeper"), 1u);
}

TEST(ExportFolder, NeverOverwritesUnlessAskedAndThenOnlyAnExport) {
    const test::TemporaryFolder parent;
    test::put(parent / "mine/thesis.txt", "years of work");
    for (const bool replace : {false, true}) {
        const auto error = test::caughtError([&] { ExportFolder(parent / "mine", replace); });
        ASSERT_TRUE(error);
        EXPECT_THAT(error->what(), HasSubstr(replace ? "was not made by an export" : "exists already"));
    }
    EXPECT_EQ(test::get(parent / "mine/thesis.txt"), "years of work");

    for (const char* content : {"one", "two"}) {
        ExportFolder folder(parent / "model/", std::string(content) == "two");
        folder.write(kRecipeFile, content);
        folder.publish();
    }
    EXPECT_EQ(test::get(parent.path() / "model" / kRecipeFile), "two");
    EXPECT_EQ(filesIn(parent.path()), 2u);
}

} // namespace
} // namespace vernier
