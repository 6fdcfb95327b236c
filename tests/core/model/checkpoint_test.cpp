#include "core/base/error.h"
#include "core/model/checkpoint.h"
#include "tests/support/safetensors_writer.h"
#include "tests/support/test_files.h"

#include <limits>

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

} // namespace
} // namespace vernier
