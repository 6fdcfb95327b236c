#include "core/dataset/corpus_builder.h"
#include "core/store/h5_file.h"
#include "core/store/project_file.h"
#include "core/store/project_json.h"
#include "tests/support/caught_error.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/test_files.h"

#include <array>
#include <limits>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using test::caughtError;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Document sampleDocument(int i) {
    Document document;
    document.text = i % 3 ? fmt::format("document {} größer", i) : std::string("a\0b", 3);
    document.isConversation = i % 2;
    document.domain = i % 4 ? "" : "law";
    document.source = fmt::format("/data/file{}.jsonl", i % 5);
    document.line = i ? static_cast<std::uint64_t>(i) << 30 : 0;
    document.field = i % 2 ? "messages" : "text";
    for (int tag = 0; tag < i % 3; ++tag)
        document.tags.push_back(fmt::format("tag {}", (i + tag) % 4));
    document.replacedBytes = static_cast<std::uint32_t>(i % 7);
    document.importedAt = i % 4 * 1'000'000'000'000;
    return document;
}

CalibrationRecord sampleCalibration() {
    CalibrationRecord record;
    record.modelFolder = "/models/demo";
    record.modelFingerprint = std::string(64, 'f');
    record.setName = "default";
    record.recipe.sequenceLength = 512;
    record.recipe.separator = Separator::None;
    record.windowsHash = std::string(64, '9');
    record.windows = 128;
    record.blockKeys = {std::string(64, 'a'), std::string(64, 'b')};
    record.observers = {7, true};
    record.logitsKey = std::string(64, 'd');
    record.created = "2024-05-06T07:08:09Z";
    record.seconds = 12.3;
    return record;
}

Run sampleRun(const std::string& name) {
    Run run;
    run.name = name;
    run.settings.scheme = {3, 64, false};
    run.settings.dampPercent = 0.05;
    run.calibration = sampleCalibration();
    run.blockKeys = {std::string(64, 'c')};
    run.reports = {
        {"model.layers.0.mlp.up_proj", 0.1, 10, 300, 800, 0, 0.05, 1},
        {"model.layers.0.mlp.down_proj", 0.3, std::numeric_limits<double>::infinity(), 100, 200, 0, 0.05, 0}};
    run.storedBytes = 400;
    run.parameters = 1000;
    run.otherBytes = 5;
    run.created = "2024-05-06T08:00:00Z";
    run.seconds = 0.1;
    return run;
}

void addSamples(Project& project, int end, int first = 0) {
    CorpusBuilder documents;
    for (int i = first; i < end; ++i)
        documents.add(sampleDocument(i));
    project.corpus.append(documents.finish());
}

Project sampleProject() {
    Project project;
    project.modelFolder = "/models/demo";
    addSamples(project, 7); // two segments, which a reader sees as one corpus
    addSamples(project, 23, 7);
    project.sets = {{"default", {0, 5, 5, 22}}, {"empty", {}}, {"größe/../2", {1}}};
    project.sets[1].purpose = SetPurpose::Evaluation;
    project.sets[2].recipe.mode = PackingMode::OnePerWindow;
    project.calibrations = {sampleCalibration()};
    project.runs = {sampleRun("first"), sampleRun("second")};
    project.runs[0].tags = {"final", "größer 4"};
    project.runs[0].note = "first line\nsecond line";
    project.baselineRun = "second";
    project.runs[1].evaluation = Evaluation{"wiki", "windows", 3, 765, 256, 21.5, 20.25, {}, 0.5};
    project.chosenRanges = {{"model.layers.0.mlp.down_proj:input", ClippingMethod::MovingAverage, -0.1, 3},
                            {"lm_head:output", std::nullopt, -2, 0}};
    return project;
}

// All of a project as text.
std::string dump(const Project& project) {
    std::string text = project.modelFolder + "\n";
    for (const DocumentView d : project.corpus)
        text += fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n", d.text, d.isConversation, d.domain, d.source, d.line,
                            d.field, toHex(*d.hash), fmt::join(d.tags, ","), d.replacedBytes, d.importedAt);
    for (const CalibrationSet& set : project.sets)
        text += fmt::format("{}: {} {}\n", set.name, fmt::join(set.documents, " "), detailsToJson(set).dump());
    for (const CalibrationRecord& record : project.calibrations)
        text += toJson(record).dump() + "\n";
    for (const Run& run : project.runs)
        text += toJson(run).dump() + "\n";
    for (const ChosenRange& range : project.chosenRanges)
        text += toJson(range).dump() + "\n";
    return text + project.baselineRun;
}

class ProjectFileTest : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::filesystem::path path = folder / "a.vernier";
};

TEST_F(ProjectFileTest, ProjectComesBack) {
    const Project project = sampleProject();
    saveProject(project, path);
    const Project back = loadProject(path);
    EXPECT_EQ(dump(back), dump(project));
    EXPECT_THAT(back.corpus[2].tags, ElementsAre("tag 2", "tag 3"));
    EXPECT_EQ(back.corpus[22].line, std::uint64_t{22} << 30);
    EXPECT_EQ(back.runs[0].reports[1].sqnrDb, std::numeric_limits<double>::infinity());
    EXPECT_FALSE(back.runs[0].evaluation);
    ASSERT_TRUE(back.runs[1].evaluation);
    EXPECT_EQ(back.runs[1].evaluation->referencePerplexity, 20.25);
    EXPECT_FALSE(back.runs[1].evaluation->kl);
    EXPECT_EQ(back.chosenRanges, project.chosenRanges);
    EXPECT_THAT(back.runs[0].tags, ElementsAre("final", "größer 4"));
    EXPECT_EQ(back.runs[0].note, "first line\nsecond line");
    EXPECT_EQ(back.baselineRun, "second");
}

TEST_F(ProjectFileTest, EmptyProjectComesBack) {
    saveProject({}, path);
    EXPECT_EQ(dump(loadProject(path)), dump({}));
}

TEST_F(ProjectFileTest, SavingReplacesAndLeavesNothingBeside) {
    saveProject(sampleProject(), path);
    saveProject({}, path);
    EXPECT_TRUE(loadProject(path).corpus.empty());
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        names.push_back(entry.path().filename().string());
    EXPECT_THAT(names, ElementsAre("a.vernier"));
}

TEST_F(ProjectFileTest, FailedSavingKeepsTheOldProject) {
    saveProject(sampleProject(), path);
    Project larger = sampleProject();
    addSamples(larger, 20000);
    {
        const test::FileSizeLimit limit(std::filesystem::file_size(path));
        const auto error = caughtError([&] { saveProject(larger, path); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::Io);
        EXPECT_THAT(error->what(), testing::StartsWith(path.string() + ": the project cannot be written"));
    }
    EXPECT_EQ(dump(loadProject(path)), dump(sampleProject()));
}

TEST_F(ProjectFileTest, MissingFoldersAndFilesAreNamed) {
    const auto saving = caughtError([&] { saveProject({}, folder / "no" / "a.vernier"); });
    EXPECT_EQ(saving->kind(), ErrorKind::Io);
    EXPECT_THAT(saving->what(), AllOf(HasSubstr("no/a.vernier"), HasSubstr("No such file or directory")));
    EXPECT_EQ(caughtError([&] { loadProject(folder / "b.vernier"); })->kind(), ErrorKind::Io);
}

TEST_F(ProjectFileTest, SetsOutsideTheCorpusAreNotSaved) {
    Project project = sampleProject();
    project.sets[0].documents.push_back(23);
    EXPECT_EQ(caughtError([&] { saveProject(project, path); })->kind(), ErrorKind::Internal);
    EXPECT_FALSE(std::filesystem::exists(path));
}

// A project of one document and one set, with one part replaced by whatever replacement writes.
void writeByHand(const std::filesystem::path& path, const std::string& replaced,
                 const std::function<void(H5File&)>& replacement) {
    H5File file = H5File::create(path);
    const auto put = [&](const std::string& name, const auto& write) {
        name == replaced ? replacement(file) : write();
    };
    const auto texts = [&](const std::string& name, const std::vector<std::string>& values) {
        put(name, [&] { file.writeTexts(name, values); });
    };
    const auto numbers = [&](const std::string& name, const auto& values) {
        put(name, [&] { file.write(name, values); });
    };
    put("kind", [&] { file.writeAttribute("kind", "vernier_project"); });
    put("format", [&] { file.writeAttribute("format", "2"); });
    file.writeAttribute("model_folder", "");
    texts("corpus/text", {"hello"});
    put("corpus/hash", [&] { file.write("corpus/hash", std::array<std::uint8_t, 32>{7}, {1, 32}); });
    numbers("corpus/is_conversation", std::array<std::uint8_t, 1>{0});
    numbers("corpus/line", std::array<std::uint64_t, 1>{4});
    numbers("corpus/replaced_bytes", std::array<std::uint32_t, 1>{0});
    texts("corpus/domain/names", {"name"});
    numbers("corpus/domain/index", std::array<std::uint32_t, 1>{0});
    numbers("corpus/origin", std::array<std::uint32_t, 1>{0});
    texts("corpus/origins/source", {"a.txt"});
    texts("corpus/origins/field", {"text"});
    numbers("corpus/origins/imported_at", std::array<std::int64_t, 1>{9});
    texts("corpus/origins/tags", {"two", "one"});
    numbers("corpus/origins/tag_offsets", std::array<std::uint64_t, 2>{0, 2});
    texts("sets/names", {"default"});
    numbers("sets/0", std::array<std::uint32_t, 2>{0, 0});
    put("sets/details", [] {}); // older files have none
    texts("calibrations", {});
    texts("runs", {});
    put("chosen_ranges", [] {}); // older files have none
    put("baseline_run", [] {});  // neither have they
    file.flush();
}

TEST_F(ProjectFileTest, HandWrittenProjectIsRead) {
    writeByHand(path, "", {});
    const Project project = loadProject(path);
    ASSERT_EQ(project.corpus.size(), 1u);
    EXPECT_EQ(project.corpus[0].text, "hello");
    EXPECT_THAT(project.corpus[0].tags, ElementsAre("two", "one"));
    EXPECT_EQ(project.corpus[0].importedAt, 9);
    EXPECT_EQ((*project.corpus[0].hash)[0], 7);
    EXPECT_THAT(project.sets.at(0).documents, ElementsAre(0u, 0u));
    EXPECT_TRUE(project.chosenRanges.empty());
}

// A project of format 1 with one document, whose hash is the given text.
void writeFormat1(const std::filesystem::path& path, const std::string& hash) {
    H5File file = H5File::create(path);
    const auto texts = [&](const std::string& name, const std::vector<std::string>& values) {
        file.writeTexts(name, values);
    };
    file.writeAttribute("kind", "vernier_project");
    file.writeAttribute("format", "1");
    file.writeAttribute("model_folder", "");
    texts("corpus/text", {"hello"});
    texts("corpus/hash", {hash});
    file.write("corpus/is_conversation", std::array<std::uint8_t, 1>{1});
    file.write("corpus/line", std::array<std::uint64_t, 1>{4});
    file.write("corpus/replaced_bytes", std::array<std::uint32_t, 1>{3});
    for (const std::string column : {"corpus/source", "corpus/domain", "corpus/field"}) {
        texts(column + "/names", {"unused", column});
        file.write(column + "/index", std::array<std::uint32_t, 1>{1});
    }
    texts("corpus/tags/names", {"one", "two"});
    file.write("corpus/tags/index", std::array<std::uint32_t, 2>{1, 0});
    file.write("corpus/tags/offsets", std::array<std::uint64_t, 2>{0, 2});
    texts("sets/names", {});
    texts("calibrations", {});
    texts("runs", {});
    file.flush();
}

TEST_F(ProjectFileTest, Format1IsStillRead) {
    writeFormat1(path, std::string(63, '0') + "a");
    const Project project = loadProject(path);
    ASSERT_EQ(project.corpus.size(), 1u);
    const DocumentView document = project.corpus[0];
    EXPECT_EQ(document.text, "hello");
    EXPECT_TRUE(document.isConversation);
    EXPECT_EQ(document.line, 4u);
    EXPECT_EQ(document.replacedBytes, 3u);
    EXPECT_EQ(document.source, "corpus/source");
    EXPECT_EQ(document.domain, "corpus/domain");
    EXPECT_EQ(document.field, "corpus/field");
    EXPECT_THAT(document.tags, ElementsAre("two", "one"));
    EXPECT_EQ(document.importedAt, 0);
    EXPECT_EQ(toHex(*document.hash), std::string(63, '0') + "a");

    writeFormat1(path, std::string(63, '0') + "x");
    EXPECT_THAT(caughtError([&] { loadProject(path); })->what(), HasSubstr("corpus/hash: row 0 is no SHA-256"));
}

TEST_F(ProjectFileTest, SegmentsLeaveNoTraceInTheFile) {
    Project parts, whole;
    for (int i = 0; i < 23; ++i)
        addSamples(parts, i + 1, i);
    addSamples(whole, 23);
    saveProject(parts, path);
    saveProject(whole, folder / "b.vernier");
    EXPECT_EQ(test::get(path), test::get(folder / "b.vernier"));
}

TEST_F(ProjectFileTest, SetsOfOlderFilesGetTheirPurposeFromTheirName) {
    writeByHand(path, "sets/names", [](H5File& file) {
        file.writeTexts("sets/names", std::vector<std::string>{"default", "evaluation"});
        file.write("sets/1", std::vector<std::uint32_t>{0});
    });
    const Project project = loadProject(path);
    EXPECT_EQ(project.sets.at(0).purpose, SetPurpose::Calibration);
    EXPECT_EQ(project.sets.at(1).purpose, SetPurpose::Evaluation);
    EXPECT_EQ(project.sets.at(1).recipe, PackingRecipe());
}

TEST_F(ProjectFileTest, NewerFormatIsUnsupportedAndNamed) {
    writeByHand(path, "format", [](H5File& file) { file.writeAttribute("format", "3"); });
    const auto error = caughtError([&] { loadProject(path); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Unsupported);
    EXPECT_THAT(error->what(), AllOf(HasSubstr(path.string()), HasSubstr("project format 3")));
}

TEST_F(ProjectFileTest, PartsThatDoNotFitTogetherAreRefused) {
    const auto texts = [](const char* name, std::vector<std::string> values) {
        return [=](H5File& file) { file.writeTexts(name, values); };
    };
    const auto indices = [](const char* name, std::vector<std::uint32_t> values) {
        return [=](H5File& file) { file.write(name, values); };
    };
    const auto offsets = [](std::vector<std::uint64_t> values) {
        return [=](H5File& file) { file.write("corpus/origins/tag_offsets", values); };
    };
    nlohmann::json badRun = toJson(sampleRun("x"));
    badRun["settings"]["bits"] = 77;
    nlohmann::json badNote = toJson(sampleRun("x")), badTags = badNote;
    badNote["note"] = std::string(10'001, 'x');
    badTags["tags"] = {"a", "b,c"};
    nlohmann::json badRecipe = toJson(sampleCalibration());
    badRecipe["recipe"]["sequence_length"] = -4;
    const auto range = [](double low, double high) {
        return fmt::format(R"({{"tap": "a:input", "method": "by hand", "low": {}, "high": {}}})", low, high);
    };
    const std::tuple<const char*, std::function<void(H5File&)>, const char*> cases[] = {
        {"kind", [](H5File& file) { file.writeAttribute("kind", "quantized_block"); }, "is not a Vernier project"},
        {"format", [](H5File& file) { file.writeAttribute("format", "one"); }, "has no known format (one)"},
        {"format", [](H5File& file) { file.writeAttribute("format", "-1"); }, "has no known format (-1)"},
        {"format", [](H5File&) {}, "format: is missing"},
        {"corpus/hash", texts("corpus/hash", {}), "corpus/hash: is not a readable dataset"},
        {"corpus/hash", [](H5File& file) { file.write("corpus/hash", std::array<std::uint8_t, 32>{}); },
         "corpus/hash: is not 1 times 32 bytes"},
        {"corpus/origin", indices("corpus/origin", {1}), "corpus/origin: names entry 1 of 1"},
        {"corpus/origin", indices("corpus/origin", {0, 0}), "corpus/origin: has 2 rows where there should be 1"},
        {"corpus/domain/index", indices("corpus/domain/index", {1}), "corpus/domain/index: names entry 1 of 1"},
        {"corpus/line", [](H5File&) {}, "corpus/line: is missing"},
        {"corpus/origins/field", texts("corpus/origins/field", {}), "corpus/origins/field: has 0 rows"},
        {"corpus/origins/tag_offsets", offsets({0, 3}), "corpus/origins/tag_offsets: does not divide 2 among 1"},
        {"corpus/origins/tag_offsets", offsets({0, 1, 2}), "corpus/origins/tag_offsets"},
        {"corpus/origins/tag_offsets", offsets({2, 2}), "corpus/origins/tag_offsets"},
        {"corpus/origins/tag_offsets", offsets({}), "corpus/origins/tag_offsets"},
        {"sets/0", indices("sets/0", {0, 1}), "sets/0: names document 1 of 1"},
        {"sets/names", texts("sets/names", {"a", "b"}), "sets/1: is missing"},
        {"sets/details", texts("sets/details", {}), "sets/details: has 0 entries for 1 sets"},
        {"sets/details", texts("sets/details", {"{}"}), "sets/details/0: purpose: is missing"},
        {"sets/details", texts("sets/details", {R"({"purpose": "play"})"}),
         "sets/details/0: purpose: play is not known"},
        {"runs", texts("runs", {"{"}), "runs/0: is not valid JSON"},
        {"runs", texts("runs", {badRun.dump()}), "runs/0: bits: 77 is not in 2 to 8"},
        {"runs", texts("runs", {std::string(100000, '[')}), "runs/0: is not valid JSON"},
        {"runs", texts("runs", {badNote.dump()}), "runs/0: note of the run: is too long"},
        {"runs", texts("runs", {badTags.dump()}), "runs/0: tag of the run: is empty, too long"},
        {"baseline_run", texts("baseline_run", {"gone"}), "baseline_run: does not name one run"},
        {"calibrations", texts("calibrations", {"[]"}), "calibrations/0: calibration: array is not a JSON object"},
        {"calibrations", texts("calibrations", {badRecipe.dump()}), "calibrations/0: sequence_length"},
        {"chosen_ranges", texts("chosen_ranges", {range(1, 2)}), "chosen_ranges/0: a:input: the range 1 to 2 does not"},
        {"chosen_ranges", texts("chosen_ranges", {R"({"tap": "a:input", "method": "luck", "low": 0, "high": 1})"}),
         "chosen_ranges/0: method: luck is none of by hand, min/max"},
        {"chosen_ranges", texts("chosen_ranges", {range(0, 1), range(0, 2)}),
         "chosen_ranges/1: is a second range for a:input"}};
    for (const auto& [name, replacement, message] : cases) {
        writeByHand(path, name, replacement);
        const auto error = caughtError([&] { loadProject(path); });
        ASSERT_TRUE(error) << message;
        EXPECT_EQ(error->kind(), ErrorKind::Input);
        EXPECT_THAT(error->what(), AllOf(HasSubstr(path.string()), HasSubstr(message)));
    }
}

TEST_F(ProjectFileTest, DamageIsNoticedOrHarmless) {
    saveProject(sampleProject(), path);
    const std::string whole = test::get(path), original = dump(sampleProject());
    std::mt19937 random(5);
    for (int round = 0; round < 800; ++round) {
        std::string bytes = whole;
        char& byte = bytes[random() % bytes.size()];
        byte = static_cast<char>(byte ^ (1 << random() % 8));
        std::filesystem::remove(path);
        test::put(path, round % 10 ? bytes : bytes.substr(0, random() % bytes.size()));
        std::optional<Project> project;
        const auto error = caughtError([&] { project = loadProject(path); });
        if (error)
            ASSERT_EQ(error->kind(), ErrorKind::Input) << error->what();
        else
            ASSERT_EQ(dump(*project), original);
    }
}

TEST(Project, FindsByName) {
    Project project = sampleProject();
    EXPECT_EQ(project.findSet("empty"), &project.sets[1]);
    EXPECT_EQ(project.findSet("other"), nullptr);
    EXPECT_EQ(project.findRun("second"), &project.runs[1]);
    EXPECT_EQ(std::as_const(project).findRun("second"), &project.runs[1]);
    EXPECT_EQ(project.findRun(""), nullptr);
}

TEST(Run, SumsUpItsReports) {
    const auto run = sampleRun("x");
    EXPECT_DOUBLE_EQ(run.bitsPerWeight(), 3.2);
    EXPECT_DOUBLE_EQ(run.meanRelativeError(), 0.2);
    EXPECT_EQ(vernier::Run().bitsPerWeight(), 0);
    EXPECT_EQ(vernier::Run().meanRelativeError(), 0);
}

} // namespace
} // namespace vernier
