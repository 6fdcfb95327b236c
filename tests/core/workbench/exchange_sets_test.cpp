#include "core/base/error.h"
#include "core/base/json_file.h"
#include "core/base/sha256.h"
#include "core/dataset/corpus_builder.h"
#include "core/store/set_fingerprint.h"
#include "core/workbench/export_set.h"
#include "core/workbench/import_set.h"
#include "core/workbench/set_record.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

Document document(const std::string& text, bool isConversation = false) {
    Document result;
    result.text = text;
    result.isConversation = isConversation;
    return result;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

class ExchangeSets : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Project project;
    JobContext job;
    fs::path file = folder / "set.jsonl", manifest = folder / "set.manifest.json";

    void SetUp() override {
        CorpusBuilder builder;
        Document first = document("Two lines,\nand a tab\t, a quote \" and ünïcode.");
        first.domain = "prose";
        first.source = "a.txt";
        first.line = 7;
        first.tags = {"one", "two"};
        first.importedAt = 1'700'000'000;
        first.replacedBytes = 3;
        builder.add(first);
        builder.add(
            document(R"([{"role":"user","content":"Hi"},{"zeta":1,"role":"assistant","alpha":[1.5,null]}])", true));
        builder.add(document(R"([ {"role": "user", "content": "spaced\u0041"} ])", true)); // not as it would be dumped
        builder.add(document("not in the set"));
        project.corpus = builder.finish();
        CalibrationSet set{"mix", {2, 0, 0, 0, 1, 2}};
        set.recipe.sequenceLength = 64;
        set.recipe.separator = Separator::Text;
        set.recipe.separatorText = "\n\n";
        set.purpose = SetPurpose::Evaluation;
        project.sets = {set};
    }
    std::string problemOf(const std::function<void()>& work) {
        const auto error = test::caughtError(work);
        EXPECT_TRUE(error);
        return error ? error->what() : "";
    }
    /// What importing says after the manifest has been changed.
    std::string afterChange(const char* key, const json& value) {
        exportSet(project, "mix", file, nullptr, job);
        json changed = readJson(manifest);
        changed[key] = value;
        test::put(manifest, changed.dump());
        Project other;
        const std::string problem = problemOf([&] { importSet(other, file, "", job); });
        EXPECT_TRUE(other.corpus.empty() && other.sets.empty());
        return problem;
    }
    /// What importing says of lines that a manifest belongs to.
    std::string afterLines(const std::string& lines) {
        exportSet(project, "mix", file, nullptr, job);
        json changed = readJson(manifest);
        changed["file_sha256"] = sha256(lines);
        test::put(manifest, changed.dump());
        test::put(file, lines);
        Project other;
        return problemOf([&] { importSet(other, file, "", job); });
    }
};

TEST_F(ExchangeSets, AnotherProjectGetsTheSameSet) {
    const ExportReport report = exportSet(project, "mix", file, nullptr, job);
    EXPECT_EQ(report.manifest, manifest);
    EXPECT_EQ(report.places, 6u);
    EXPECT_EQ(report.documents, 3u);
    EXPECT_EQ(report.bytes, fs::file_size(file));
    EXPECT_EQ(linesOf(test::get(file)).size(), 4u); // the three in a row share one
    Project other;
    const SetImport import = importSet(other, file, "", job);
    EXPECT_EQ(import.setName, "mix");
    EXPECT_EQ(import.places, 6u);
    EXPECT_EQ(import.added, 3u);
    ASSERT_EQ(other.sets.size(), 1u);
    const CalibrationSet &was = project.sets[0], &is = other.sets[0];
    EXPECT_EQ(is.purpose, was.purpose);
    EXPECT_EQ(is.recipe, was.recipe);
    ASSERT_EQ(is.documents.size(), was.documents.size());
    EXPECT_EQ(is.documents[0], is.documents[5]);
    for (std::size_t i = 0; i < was.documents.size(); ++i) {
        const DocumentView a = project.corpus[was.documents[i]], b = other.corpus[is.documents[i]];
        EXPECT_EQ(a.text, b.text);
        EXPECT_EQ(a.isConversation, b.isConversation);
        EXPECT_EQ(a.domain, b.domain);
        EXPECT_EQ(a.source, b.source);
        EXPECT_EQ(a.line, b.line);
        EXPECT_EQ(a.importedAt, b.importedAt);
        EXPECT_EQ(a.replacedBytes, b.replacedBytes);
        EXPECT_TRUE(std::ranges::equal(a.tags, b.tags));
    }
    EXPECT_EQ(setFingerprint(is, other.corpus), report.fingerprint);
    EXPECT_EQ(import.fingerprint, report.fingerprint);
    exportSet(other, "mix", folder / "again.jsonl", nullptr, job);
    EXPECT_EQ(test::get(folder / "again.jsonl"), test::get(file));
}

TEST_F(ExchangeSets, TheManifestSaysWhatIsInTheFile) {
    const ExportReport report = exportSet(project, "mix", file, nullptr, job);
    const json about = readJson(manifest);
    EXPECT_EQ(about["places"], 6);
    EXPECT_EQ(about["documents"], 3);
    EXPECT_EQ(about["conversations"], 3);
    EXPECT_EQ(about["purpose"], "evaluation");
    EXPECT_EQ(about["fingerprint"], report.fingerprint);
    EXPECT_EQ(about["file_sha256"], sha256(test::get(file)));
    ASSERT_EQ(about["sources"].size(), 2u);
    EXPECT_EQ(about["sources"][1]["source"], "a.txt");
    const Sha256Digest hash = contentHash(project.corpus[0]);
    EXPECT_EQ(about["sources"][1]["sha256"], sha256(std::as_bytes(std::span(hash))));
}

TEST_F(ExchangeSets, TheSameProjectKeepsOneCopyOfEachDocument) {
    exportSet(project, "mix", file, nullptr, job);
    EXPECT_THAT(problemOf([&] { importSet(project, file, "", job); }), HasSubstr("exists already"));
    const SetImport import = importSet(project, manifest, "copy", job);
    EXPECT_EQ(import.added, 0u);
    EXPECT_EQ(import.alreadyPresent, 3u);
    EXPECT_EQ(project.corpus.size(), 4u);
    EXPECT_EQ(project.sets[1].documents, project.sets[0].documents);
}

TEST_F(ExchangeSets, FilesMayBeRenamedTogetherAndSourcesNeedNotBeText) {
    Document odd = document("A text from a file whose name is no UTF-8.");
    odd.source = "caf\xe9.txt";
    CorpusBuilder builder;
    builder.add(odd);
    project.corpus.append(builder.finish());
    project.sets[0].documents.push_back(4);
    exportSet(project, "mix", file, nullptr, job);
    fs::rename(file, folder / "b.jsonl");
    fs::rename(manifest, folder / "b.manifest.json");
    Project other;
    EXPECT_EQ(importSet(other, folder / "b.jsonl", "", job).added, 4u);
    EXPECT_EQ(other.corpus[3].source, "caf\uFFFD.txt");
}

TEST_F(ExchangeSets, FingerprintsFollowContentOrderMultiplicityAndRecipe) {
    const auto print = [&](const CalibrationSet& set) { return setFingerprint(set, project.corpus); };
    const CalibrationSet set = project.sets[0];
    CalibrationSet other = set;
    other.name = "another";
    EXPECT_EQ(print(other), print(set));
    other.documents = {2, 0, 0, 1, 2};
    EXPECT_NE(print(other), print(set));
    other.documents = {0, 2, 0, 0, 1, 2};
    EXPECT_NE(print(other), print(set));
    other = set;
    other.recipe.sequenceLength = 65;
    EXPECT_NE(print(other), print(set));
}

TEST_F(ExchangeSets, RefusesHostileManifestsInWords) {
    EXPECT_THAT(afterChange("format", "zip"), HasSubstr("format"));
    EXPECT_THAT(afterChange("version", 2), HasSubstr("newer Vernier"));
    EXPECT_THAT(afterChange("file", "../../etc/passwd"), HasSubstr("no file name"));
    EXPECT_THAT(afterChange("file", ".."), HasSubstr("no file name"));
    EXPECT_THAT(afterChange("file", ""), HasSubstr("no file name"));
    EXPECT_THAT(afterChange("places", -1), HasSubstr("places"));
    EXPECT_THAT(afterChange("places", 1e18), HasSubstr("places"));
    EXPECT_THAT(afterChange("places", 5), HasSubstr("more documents"));
    EXPECT_THAT(afterChange("places", 7), HasSubstr("another set"));
    EXPECT_THAT(afterChange("name", ""), HasSubstr("name"));
    EXPECT_THAT(afterChange("purpose", "fun"), HasSubstr("purpose"));
    EXPECT_THAT(afterChange("recipe", json::array()), HasSubstr("packing recipe"));
    EXPECT_THAT(afterChange("recipe", json{{"separator", "none"}}), HasSubstr("manifest.json"));
    EXPECT_THAT(afterChange("fingerprint", "0"), HasSubstr("another set"));
    EXPECT_THAT(afterChange("file_sha256", "0"), HasSubstr("manifest belongs to"));
    test::put(manifest, "[1, 2");
    Project other;
    EXPECT_THAT(problemOf([&] { importSet(other, file, "", job); }), HasSubstr("set.manifest.json"));
    fs::remove(manifest);
    EXPECT_THAT(problemOf([&] { importSet(other, file, "", job); }), HasSubstr("is not there"));
}

TEST_F(ExchangeSets, RefusesHostileLinesInWords) {
    EXPECT_THAT(afterLines("{\"text\": 1}\n"), HasSubstr("line 1"));
    EXPECT_THAT(afterLines("{\"text\": \"a\"}\nnothing\n"), HasSubstr("line 2"));
    EXPECT_THAT(afterLines("{\"text\": \"a\", \"messages\": []}\n"), HasSubstr("exactly one"));
    EXPECT_THAT(afterLines("{\"messages\": [1]}\n"), HasSubstr("list of objects"));
    EXPECT_THAT(afterLines("{\"text\": \"a\", \"times\": 0}\n"), HasSubstr("times"));
    EXPECT_THAT(afterLines("{\"text\": \"a\", \"times\": 99999999999}\n"), HasSubstr("times"));
    EXPECT_THAT(afterLines("{\"text\": \"a\", \"times\": 7}\n"), HasSubstr("more documents"));
    EXPECT_THAT(afterLines("{\"text\": \"a\", \"tags\": \"x\"}\n"), HasSubstr("tags"));
    EXPECT_THAT(afterLines("{\"text\": \"a\", \"line\": -4}\n"), HasSubstr("line"));
    EXPECT_THAT(afterLines("{\"messages\": " + std::string(5000, '[') + "\n"), HasSubstr("line 1"));
    EXPECT_THAT(afterLines("\n"), HasSubstr("line 1"));
    EXPECT_THAT(afterLines(std::string("{\"text\": \"\xff\"}\n")), HasSubstr("line 1"));
    EXPECT_THAT(afterLines(""), HasSubstr("another set"));
}

TEST_F(ExchangeSets, AStoppedExportLeavesNothing) {
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {}, {});
    EXPECT_TRUE(test::caughtError([&] { exportSet(project, "mix", file, nullptr, stopped); }));
    EXPECT_TRUE(fs::is_empty(folder.path()));
    EXPECT_THAT(problemOf([&] { exportSet(project, "none", file, nullptr, job); }), HasSubstr("none"));
    EXPECT_THAT(problemOf([&] { exportSet(project, "mix", manifest, nullptr, job); }), HasSubstr("manifest"));
}

TEST_F(ExchangeSets, PlainExportsHoldWhatTheModelSees) {
    Workbench bench(folder / "cache");
    const auto model = bench.open(test::demoFolder() / "model", job);
    project.sets[0].documents = {0, 0, 2,
                                 1}; // the last has an answer without content, which the template refuses or not
    const ExportReport report = exportPlain(project, "mix", file, *model, job);
    const std::vector<std::string> lines = linesOf(test::get(file));
    ASSERT_EQ(lines.size(), report.places);
    EXPECT_EQ(report.places + report.refused.size(), 4u);
    EXPECT_EQ(json::parse(lines[0]), (json{{"text", project.corpus.text(0)}}));
    EXPECT_EQ(lines[0], lines[1]);
    EXPECT_EQ(json::parse(lines[2])["text"], "<|im_start|>user\nspacedA<|im_end|>\n");
    exportSet(project, "mix", folder / "full.jsonl", model.get(), job);
    const json about = readJson(folder / "full.manifest.json");
    EXPECT_EQ(about["tokenizer_fingerprint"], model->tokenizer.fingerprint());
    EXPECT_EQ(about["chat_template_fingerprint"], model->chatTemplate->fingerprint());
}

} // namespace
} // namespace vernier
