#include "core/base/error.h"
#include "core/model/checkpoint.h"
#include "tests/support/safetensors_writer.h"
#include "tests/support/test_files.h"

#include <filesystem>
#include <limits>
#include <stop_token>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::SafetensorsWriter;
using testing::HasSubstr;
using testing::ThrowsMessage;

void putShards(const test::TemporaryFolder& folder, const nlohmann::json& places) {
    SafetensorsWriter one, two;
    one.add("a", {2, 2}, {1, 2, 3, 4});
    two.add("b", {2}, {5, 6});
    test::put(folder / "model-1.safetensors", one.bytes());
    test::put(folder / "model-2.safetensors", two.bytes());
    test::put(folder / "model.safetensors.index.json", nlohmann::json{{"weight_map", places}}.dump());
}

TEST(Checkpoint, ReadsShardsThroughTheIndex) {
    const test::TemporaryFolder folder;
    putShards(folder, {{"a", "model-1.safetensors"}, {"b", "model-2.safetensors"}});
    const Checkpoint checkpoint(folder.path());
    EXPECT_EQ(checkpoint.shards(), 2u);
    EXPECT_EQ(checkpoint.parameters(), 6);
    EXPECT_EQ(checkpoint.matrix("a", 2, 2)(1, 0), 3);
    EXPECT_EQ(checkpoint.vector("b", 2), (std::vector<float>{5, 6}));
}

TEST(Checkpoint, NamesWhatIsMissingOrMisshapen) {
    const test::TemporaryFolder folder;
    EXPECT_THAT([&] { Checkpoint c(folder.path()); }, ThrowsMessage<Error>(HasSubstr("holds neither")));
    putShards(folder, {{"a", "model-1.safetensors"}, {"b", "model-1.safetensors"}});
    EXPECT_THAT([&] { Checkpoint c(folder.path()); }, ThrowsMessage<Error>(HasSubstr("lacks tensor b")));
    putShards(folder, {{"a", "../model-1.safetensors"}});
    EXPECT_THAT([&] { Checkpoint c(folder.path()); }, ThrowsMessage<Error>(HasSubstr("plain file name")));
    putShards(folder, {{"a", "model-9.safetensors"}});
    EXPECT_THAT([&] { Checkpoint c(folder.path()); }, ThrowsMessage<Error>(HasSubstr("model-9.safetensors")));
    putShards(folder, {{"a", "model-1.safetensors"}, {"b", "model-2.safetensors"}});
    const Checkpoint checkpoint(folder.path());
    EXPECT_THAT([&] { checkpoint.matrix("c", 1, 1); }, ThrowsMessage<Error>(HasSubstr("tensor c is missing")));
    EXPECT_THAT([&] { checkpoint.matrix("a", 4, 1); }, ThrowsMessage<Error>(HasSubstr("[2, 2] where config.json")));
}

TEST(Checkpoint, RefusesWeightsThatAreNotFinite) {
    const test::TemporaryFolder folder;
    SafetensorsWriter writer;
    writer.add("a", {2}, {1, std::numeric_limits<float>::quiet_NaN()});
    test::put(folder / "model.safetensors", writer.bytes());
    const Checkpoint checkpoint(folder.path());
    EXPECT_THAT([&] { checkpoint.vector("a", 2); },
                ThrowsMessage<Error>(HasSubstr("tensor a: holds nan at element 1")));
}

TEST(Checkpoint, SaysWhichShardBecameUnreadable) {
    const test::TemporaryFolder folder;
    SafetensorsWriter writer;
    writer.add("a", {2048, 2}, std::vector<float>(4096, 1.0f));
    writer.add("b", {2048, 2}, std::vector<float>(4096, 2.0f));
    test::put(folder / "model.safetensors", writer.bytes());
    const Checkpoint checkpoint(folder.path());
    std::filesystem::resize_file(folder / "model.safetensors", 10000); // within a; its mapping would raise a signal now
    EXPECT_THAT([&] { checkpoint.matrix("a", 2048, 2); }, ThrowsMessage<Error>(HasSubstr("model.safetensors")));
    EXPECT_THAT([&] { checkpoint.matrix("b", 2048, 2); }, ThrowsMessage<Error>(HasSubstr("model.safetensors")));
    EXPECT_THAT([&] { checkpoint.vector("b", 3); }, ThrowsMessage<Error>(HasSubstr("shape")));
}

TEST(Checkpoint, ReadsAcrossPiecesAndFromTheMiddle) {
    const test::TemporaryFolder folder;
    std::vector<float> values(700'001); // more than two pieces
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(i);
    SafetensorsWriter writer;
    writer.add("first", {3}, {7, 8, 9});
    writer.add("long", {700'001}, values);
    test::put(folder / "model.safetensors", writer.bytes());
    const Checkpoint checkpoint(folder.path());
    EXPECT_EQ(checkpoint.vector("long", 700'001), values);
    std::vector<float> some(300'000);
    checkpoint.reader("long", {700'001}).read(100'001, some);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), values.begin() + 100'001));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(checkpoint.matrix("long", 1, 700'001, JobContext(stop.get_token(), {}, {})), Error);
}

} // namespace
} // namespace vernier
