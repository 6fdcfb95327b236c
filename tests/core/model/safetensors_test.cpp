#include "core/base/error.h"
#include "core/model/safetensors.h"
#include "tests/support/safetensors_writer.h"
#include "tests/support/test_files.h"

#include <functional>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::SafetensorsWriter;
using testing::AllOf;
using testing::HasSubstr;

SafetensorsWriter twoTensors() {
    SafetensorsWriter writer;
    writer.add("a", {2, 3}, {1, 2, 3, 4, 5, 6});
    writer.add("b", {1}, {7});
    return writer;
}

TEST(Safetensors, ReadsShapesTypesAndData) {
    const test::TemporaryFolder folder;
    auto writer = twoTensors();
    writer.header()["__metadata__"] = {{"format", "pt"}};
    test::put(folder / "m.safetensors", writer.bytes());
    const SafetensorsFile file(folder / "m.safetensors");
    ASSERT_EQ(file.tensors().size(), 2u);
    const StoredTensor& a = file.tensors().at("a");
    EXPECT_EQ(a.text(), "F32 [2, 3]");
    std::vector<float> values(6);
    widen(a.bytes, a.type, values);
    EXPECT_EQ(values, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

/// A file that must be refused, and what the one line must say.
struct Broken {
    const char* name;
    std::function<std::string()> bytes;
    const char* says;
};

class BrokenSafetensors : public testing::TestWithParam<Broken> {};

TEST_P(BrokenSafetensors, IsRefusedWithFileAndPlace) {
    const test::TemporaryFolder folder;
    test::put(folder / "m.safetensors", GetParam().bytes());
    try {
        const SafetensorsFile file(folder / "m.safetensors");
        FAIL() << "was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("m.safetensors"), HasSubstr(GetParam().says)));
    }
}

std::string edited(const std::function<void(nlohmann::json&)>& edit) {
    auto writer = twoTensors();
    edit(writer.header());
    return writer.bytes();
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BrokenSafetensors,
    testing::Values(
        Broken{"empty", [] { return std::string(); }, "has only 0 bytes"},
        Broken{"short", [] { return std::string("abc"); }, "header"},
        Broken{"length", [] { return std::string(8, '\xff') + "{}"; }, "truncated or not safetensors"},
        Broken{"cutheader", [] { return twoTensors().bytes().substr(0, 60); }, "truncated or not safetensors"},
        Broken{"cutdata",
               [] {
                   auto all = twoTensors().bytes();
                   all.resize(all.size() - 4);
                   return all;
               },
               "outside"},
        Broken{"json", [] { return twoTensors().withHeader("{\"a\": "); }, "not the JSON object"},
        Broken{"list", [] { return twoTensors().withHeader("[1, 2]"); }, "not the JSON object"},
        Broken{"deep", [] { return twoTensors().withHeader(std::string(100000, '[')); }, "not the JSON object"},
        Broken{"twice",
               [] {
                   const std::string entry = R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
                   return twoTensors().withHeader("{" + entry + "," + entry + "}");
               },
               "listed twice"},
        Broken{"dtype", [] { return edited([](auto& h) { h["a"]["dtype"] = "F8_E5M2"; }); }, "F8_E5M2"},
        Broken{"shape", [] { return edited([](auto& h) {
                                 h["a"]["shape"] = {3, 3};
                             }); }, "takes 36"},
        Broken{"negative", [] { return edited([](auto& h) {
                                    h["a"]["shape"] = {-2, -3};
                                }); }, "not a whole number"},
        Broken{"overflow", [] { return edited([](auto& h) {
                                    h["a"]["shape"] = {1ull << 40, 1ull << 40};
                                }); },
               "too large"},
        Broken{"offsets", [] { return edited([](auto& h) {
                                   h["a"]["data_offsets"] = {24, 0};
                               }); }, "outside"},
        Broken{"range", [] { return edited([](auto& h) {
                                 h["b"]["data_offsets"] = {28, 32};
                             }); }, "outside"},
        Broken{"overlap", [] { return edited([](auto& h) {
                                   h["b"]["data_offsets"] = {20, 24};
                               }); }, "overlaps"},
        Broken{"missing", [] { return edited([](auto& h) { h["a"].erase("shape"); }); }, "lacks"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace vernier
