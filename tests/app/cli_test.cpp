#include "tests/support/safetensors_writer.h"
#include "tests/support/test_files.h"

#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

struct Outcome {
    int exitCode = -1;
    std::string out, err;
};

/// Runs the built program in a folder and with a cache of its own.
class Cli : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::string demo = test::demoFolder().string();
    std::string project = (folder / "p.vernier").string();

    Outcome run(const std::string& arguments, const std::string& input = "") {
        test::put(folder / "in", input);
        const std::string command = "cd " + folder.path().string() +
                                    " && VERNIER_CACHE=" + (folder / "cache").string() + " " VERNIER_PROGRAM " " +
                                    arguments + " < in > out 2> err";
        const int status = std::system(command.c_str());
        return {WEXITSTATUS(status), test::get(folder / "out"), test::get(folder / "err")};
    }
    json runJson(const std::string& arguments, const std::string& input = "") {
        const Outcome outcome = run(arguments + " --json", input);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
        return json::parse(outcome.out, nullptr, false);
    }
    static std::size_t lines(const std::string& text) {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
};

TEST_F(Cli, HasHelpForEveryVerbAndTellsUsageFromFailure) {
    EXPECT_EQ(run("--help").exitCode, 0);
    for (const char* verb : {"inspect", "tokenize", "import", "calibrate", "statistics", "quantize", "evaluate",
                             "compare", "demo", "measure", "report-card"}) {
        const Outcome help = run(std::string(verb) + " --help");
        EXPECT_EQ(help.exitCode, 0);
        EXPECT_THAT(help.out, HasSubstr("--json")) << verb;
    }
    EXPECT_THAT(run("--version").out, HasSubstr("vernier 0."));
    EXPECT_EQ(run("").exitCode, 2);
    EXPECT_EQ(run("fly").exitCode, 2);
    EXPECT_EQ(run("quantize p.vernier --bits 9").exitCode, 2);
    EXPECT_EQ(run("evaluate").exitCode, 2);
    EXPECT_EQ(run("compare nothing.vernier").exitCode, 1);
}

TEST_F(Cli, InspectsAModel) {
    const json about = runJson("inspect " + demo + "/model");
    EXPECT_EQ(about["blocks"], 6);
    EXPECT_EQ(about["dtypes"]["BF16"], about["tensors"].size());
    EXPECT_EQ(about["tokenizer"]["vocabulary_size"], 1536);
    EXPECT_EQ(run("inspect " + demo + "/model").exitCode, 0);
}

TEST_F(Cli, TokenizesTextAndConversations) {
    const json plain = runJson("tokenize " + demo + "/model", "Hello.<|endoftext|>");
    EXPECT_EQ(plain["ids"].back(), 0);
    test::put(folder / "t.txt", "Hello.<|endoftext|>");
    EXPECT_EQ(runJson("tokenize " + demo + "/model --file t.txt"), plain);
    const json chat = runJson("tokenize " + demo + "/model --chat", R"([{"role":"user","content":"Hello."}])");
    EXPECT_EQ(chat, runJson("tokenize " + demo + "/model", "<|im_start|>user\nHello.<|im_end|>\n"));
}

TEST_F(Cli, DoesTheWholeJobStepByStep) {
    EXPECT_EQ(runJson("import " + project + " " + demo + "/text/calibration.jsonl --tag calibration")["added"], 3000);
    EXPECT_EQ(runJson("import " + project + " " + demo + "/text/evaluation.jsonl --tag evaluation")["added"], 1500);
    const json calibration = runJson("calibrate " + project + " --model " + demo +
                                     "/model --set calibration --windows 32 --sequence-length 256");
    EXPECT_EQ(calibration["windows"], 32);
    EXPECT_EQ(calibration["taps"].size(), 6 * (4 + 7 + 3));
    EXPECT_EQ(calibration["from_cache"], false);
    const json statistics = runJson("statistics " + project + " --tap '*.0.mlp.down_proj:input' --extremes 2");
    ASSERT_EQ(statistics["taps"].size(), 1);
    EXPECT_NEAR(statistics["taps"][0]["min"].get<double>(), -2978.2977203971855, 0.03); // golden
    EXPECT_EQ(statistics["taps"][0]["ranges"].size(), 5);
    EXPECT_THAT(statistics["taps"][0]["extremes"][0]["document"].get<std::string>(), HasSubstr("calibration.jsonl"));
    EXPECT_EQ(lines(this->run("statistics " + project + " --csv --tap '*.0.*:input'").out), 1u + 4 * 5);
    EXPECT_THAT(this->run("statistics " + project + " --tap '*.0.mlp.down_proj:input'").out, HasSubstr("kurtosis"));
    const json run = runJson("quantize " + project + " --method gptq --bits 3 --group-size 64 --name g3");
    EXPECT_EQ(run["linears"].size(), 42);
    EXPECT_NEAR(run["bits_per_weight"].get<double>(), 3 + 19.0 / 64, 1e-9);

    // Golden: GPTQ at 3 bits in groups of 64, and full precision.
    const json evaluation = runJson("evaluate " + project + " --run g3");
    EXPECT_NEAR(evaluation["perplexity"].get<double>(), 2.1156050358701, 0.002 * 2.1156);
    EXPECT_NEAR(evaluation["kl"].get<double>(), 0.004387249026479458, 0.1 * 0.0043872);
    EXPECT_EQ(evaluation["windows"], 366);
    EXPECT_EQ(evaluation["tokens"], 366 * 255);
    const json fromFile = runJson("evaluate --model " + demo + "/model --data " + demo + "/text/evaluation.jsonl");
    EXPECT_NEAR(fromFile["perplexity"].get<double>(), 2.1043545453703967, 1e-5 * 2.1);
    EXPECT_EQ(runJson("evaluate " + project + " --run g3 --data " + demo + "/text/evaluation.jsonl")["perplexity"],
              evaluation["perplexity"]);

    const json table = runJson("compare " + project);
    ASSERT_EQ(table["runs"].size(), 1);
    EXPECT_EQ(table["runs"][0]["run"], "g3");
    EXPECT_EQ(runJson("calibrate " + project + " --set calibration")["from_cache"], true);
}

TEST_F(Cli, GivesASetAReportCard) {
    ASSERT_EQ(run("import " + project + " " + demo + "/text/calibration.jsonl --tag calibration").exitCode, 0);
    const std::string arguments =
        "report-card " + project + " --model " + demo + "/model --windows 4 --sequence-length 64 --enough-below 1";
    const json card = runJson(arguments + " --matrix domain");
    EXPECT_EQ(card["set"], "calibration");
    EXPECT_EQ(card["windows"], 4);
    EXPECT_EQ(card["tokens"], 256);
    EXPECT_EQ(card["taps"].size(), 6 * 4);
    EXPECT_EQ(card["taps"][0]["gram_change"].size(), 2);
    EXPECT_EQ(card["convergence"].back()["to"], 4);
    EXPECT_EQ(card["verdict"]["enough"], false);
    EXPECT_EQ(card["verdict"]["threshold"], 0.01);
    EXPECT_EQ(card["matrix"]["groups"].size(), 6);
    EXPECT_EQ(card["matrix"]["relative"][2][2], 1);
    const Outcome text = run(arguments);
    EXPECT_EQ(text.exitCode, 0) << text.err;
    EXPECT_THAT(text.out, AllOf(HasSubstr("domain"), HasSubstr("model.layers.5.mlp.down_proj:input"),
                                HasSubstr("still moving at 4 windows: add data")));
    const Outcome csv = run(arguments + " --csv");
    EXPECT_EQ(lines(csv.out), 1 + 6 * 4u);
    EXPECT_EQ(run(arguments + " --matrix shape").exitCode, 2);
}

TEST_F(Cli, MeasuresEveryDocument) {
    test::put(folder / "some.jsonl", "{\"text\": \"The lantern stood by the river all night, and nobody came.\"}\n"
                                     "{\"text\": \"the lantern stood by the river all night and nobody came\"}\n"
                                     "{\"text\": \"Let x = 3, y = 4.\", \"domain\": \"a, \\\"b\\\"\"}\n");
    ASSERT_EQ(run("import " + project + " some.jsonl").exitCode, 0);
    const std::string arguments = "measure " + project + " --model " + demo + "/model";
    const json documents = runJson(arguments)["documents"];
    ASSERT_EQ(documents.size(), 3);
    EXPECT_GT(documents[0]["tokens"], 5);
    EXPECT_GT(documents[0]["perplexity"], 1);
    EXPECT_EQ(documents[0]["language"], "en");
    EXPECT_EQ(documents[1]["duplicate_of"], documents[0]["document"]);
    EXPECT_EQ(documents[2]["duplicate_of"], documents[2]["document"]);
    const Outcome csv = run(arguments + " --csv");
    EXPECT_EQ(lines(csv.out), 4u);
    EXPECT_THAT(csv.out, HasSubstr(",\"a, \"\"b\"\"\","));
    const Outcome text = run(arguments);
    EXPECT_EQ(lines(text.out), 2u + 3);
}

TEST_F(Cli, BadInputGetsOneLineExitOneAndAnUnchangedProject) {
    test::put(folder / "good.txt", "A text of some words.");
    ASSERT_EQ(run("import " + project + " good.txt").exitCode, 0);
    const std::string before = test::get(project);
    test::put(folder / "empty.txt", "");
    test::put(folder / "broken" / "config.json", test::get(test::demoFolder() / "model" / "config.json"));
    test::put(folder / "broken" / "tokenizer.json", test::get(test::demoFolder() / "model" / "tokenizer.json"));
    test::put(folder / "broken" / "model.safetensors",
              test::get(test::demoFolder() / "model" / "model.safetensors").substr(0, 50000));
    test::put(folder / "alien" / "config.json", R"({"architectures": ["MambaForCausalLM"], "model_type": "mamba"})");
    test::put(folder / "wordpiece" / "tokenizer.json", R"({"model": {"type": "WordPiece", "vocab": {}}})");
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"import " + project + " empty.txt", "empty.txt"},
        {"import " + project + " absent.txt", "absent.txt"},
        {"import absent/p.vernier good.txt", "absent"},
        {"inspect broken", "model.safetensors"},
        {"inspect alien", "MambaForCausalLM"},
        {"inspect absent", "absent"},
        {"tokenize wordpiece", "WordPiece"},
        {"calibrate " + project + " --model broken", "model.safetensors"},
        {"calibrate " + project + " --model " + demo + "/model --set x", "set"},
        {"quantize " + project, "calibrate"},
        {"statistics " + project, "calibrate"},
        {"report-card " + project, "--model"},
        {"measure " + project, "--model"},
        {"evaluate " + project + " --run x", "x"},
        {"calibrate " + project + " --model " + demo + "/model --sequence-length 128", "window"}};
    for (const auto& [arguments, says] : cases) {
        SCOPED_TRACE(arguments);
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.exitCode, 1);
        EXPECT_EQ(lines(outcome.err), 1u) << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(says));
        EXPECT_EQ(test::get(project), before);
    }
}

TEST_F(Cli, AnUnwritableCacheOrFullDiskLeavesTheProjectAlone) {
    ASSERT_EQ(run("import " + project + " " + demo + "/text/calibration.jsonl").exitCode, 0);
    const std::string before = test::get(project);
    test::put(folder / "cache", "a file where the cache folder should be");
    const Outcome outcome = run("calibrate " + project + " --model " + demo + "/model --windows 2");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("cache"), HasSubstr("VERNIER_CACHE")));
    EXPECT_EQ(test::get(project), before);
}

TEST_F(Cli, InvalidUtf8IsImportedWithReplacementAndCounted) {
    test::put(folder / "latin1.txt", "caf\xE9 cr\xE8me");
    EXPECT_EQ(runJson("import " + project + " latin1.txt")["replaced_sequences"], 2);
}

} // namespace
} // namespace vernier
