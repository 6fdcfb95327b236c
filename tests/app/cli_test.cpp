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
    for (const char* verb :
         {"inspect",    "tokenize", "import",      "generate", "preview",    "calibrate", "statistics",
          "ranges",     "drift",    "quantize",    "evaluate", "diagnose",   "allocate",  "continue",
          "compare",    "sweep",    "recipe",      "select",   "duplicates", "leaks",     "lint",
          "sets",       "measure",  "report-card", "export",   "imatrix",    "unpack",    "plan",
          "cache list", "demo",     "weights",     "runs",     "report"}) {
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

TEST_F(Cli, ImportsIntoASetWithSeveralTags) {
    test::put(folder / "t.txt", "one\n\ntwo\n");
    EXPECT_EQ(runJson("import " + project + " t.txt --split block --set held --tag web,german")["set"], "held");
    ASSERT_EQ(run("sets " + project + " create g --where 'tag:german tag:web'").exitCode, 0);
    EXPECT_EQ(runJson("sets " + project + " show g")["documents"], 2);
    const json unknown = runJson("import " + project + " t.txt --format jsonl --preview");
    EXPECT_EQ(unknown[0]["documents"].size(), 0);
    EXPECT_EQ(unknown[0]["skipped"].size(), 2);
}

TEST_F(Cli, PreviewsWhatTheModelWillSee) {
    test::put(folder / "chat.jsonl",
              R"({"messages":[{"role":"user","content":"Hi."},{"role":"assistant","content":"Ho."}]}
{"messages":[{"role":"user","content":"Once more?"},{"role":"assistant","content":"Yes, once more, and longer."}]})");
    ASSERT_EQ(run("import " + project + " chat.jsonl").exitCode, 0);
    const std::string preview = "preview " + project + " --model " + demo + "/model --sequence-length 24 --pack single";
    const json head = runJson(preview);
    EXPECT_EQ(head["windows"], 2);
    EXPECT_EQ(head["tokens"].size(), 24u);
    EXPECT_EQ(head["recipe"]["mode"], "one_per_window");
    EXPECT_EQ(head["tokens"][0]["text"], "<|im_start|>");
    EXPECT_EQ(head["tokens"][0]["role"], "user");
    EXPECT_EQ(head["tokens"][0]["special"], true);
    EXPECT_LT(head["tokens_before_padding"], 24);
    EXPECT_EQ(head["tokens"][23]["origin"], "padding");
    const json tail = runJson(preview + " --window 1 --truncate tail --eos");
    EXPECT_EQ(tail["tokens"][23]["origin"], "behind");
    EXPECT_EQ(tail["tokens"][0]["document"], "chat.jsonl, line 2");
    EXPECT_THAT(run(preview).out, AllOf(HasSubstr("window 0 of 2"), HasSubstr("\"<|im_start|>\"")));

    EXPECT_EQ(run(preview + " --separator sometimes").exitCode, 2);
    EXPECT_EQ(run(preview + " --separator text:").exitCode, 1);
    const Outcome beyond = run(preview + " --window 2");
    EXPECT_EQ(beyond.exitCode, 1);
    EXPECT_THAT(beyond.err, HasSubstr("choose 0 to 1"));
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

    // Clipping ranges chosen for the project.
    const std::string tap = "model.layers.0.mlp.down_proj:input";
    ASSERT_EQ(runJson("ranges " + project + " set '*.0.*_proj:input' --method MSE")["ranges"].size(), 4);
    EXPECT_EQ(runJson("ranges " + project + " set " + tap + " --low -4 --high 2.5")["ranges"].size(), 4);
    const json chosen = runJson("ranges " + project + " list")["ranges"];
    const auto byHand = std::ranges::find(chosen, json("by hand"), [](const json& range) { return range["method"]; });
    ASSERT_NE(byHand, chosen.end());
    EXPECT_EQ(*byHand, (json{{"tap", tap}, {"method", "by hand"}, {"low", -4.0}, {"high", 2.5}}));
    EXPECT_THAT(this->run("ranges " + project + " set " + tap + " --low 1 --high 2").err, HasSubstr("hold zero"));
    EXPECT_EQ(runJson("ranges " + project + " clear '*'")["ranges"].size(), 0);

    const json run = runJson("quantize " + project + " --method gptq --bits 3 --group-size 64 --name g3");
    EXPECT_EQ(run["linears"].size(), 42);
    EXPECT_NEAR(run["bits_per_weight"].get<double>(), 3 + 19.0 / 64, 1e-9);

    // What became of a weight.
    const json weights = runJson("weights " + project + " --run g3 --linear '*.0.mlp.down_proj'")["linears"];
    ASSERT_EQ(weights.size(), 1);
    EXPECT_EQ(weights[0]["groups_per_row"], 12);
    ASSERT_EQ(weights[0]["levels"].size(), 8);
    std::uint64_t onLevels = 0;
    for (const json& level : weights[0]["levels"])
        onLevels += level["count"].get<std::uint64_t>();
    EXPECT_EQ(onLevels, 256u * 768u);
    EXPECT_NEAR(weights[0]["sqnr_db"].get<double>(), -10 * std::log10(weights[0]["relative_error"].get<double>()),
                1e-9);
    EXPECT_EQ(lines(this->run("weights " + project + " --run g3 --format csv").out), 1u + 42);
    EXPECT_EQ(lines(this->run("weights " + project + " --run g3 --linear '*.0.mlp.*' --format csv --levels").out),
              1u + 3 * 8);
    EXPECT_THAT(this->run("weights " + project + " --run g3 --linear '*.0.mlp.*' --levels").out, HasSubstr("0 of 8"));
    EXPECT_THAT(this->run("weights " + project + " --run g3 --linear lm_head").err, HasSubstr("none fits lm_head"));

    const json moved = runJson("drift " + project + " --run g3 --tap '*.0.*:input'")["taps"];
    ASSERT_EQ(moved.size(), 4);
    EXPECT_EQ(moved[3]["tap"], "model.layers.0.self_attn.q_proj:input"); // nothing is quantized before it
    EXPECT_EQ(moved[3]["divergence_bits"], 0.0);
    EXPECT_GT(moved[0]["divergence_bits"], 0.0);
    EXPECT_EQ(this->run("drift " + project).exitCode, 2);

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

    // Where it loses, what it writes, and fewer bits where they cost least.
    const json diagnosis = runJson("diagnose " + project + " --run g3 --windows 4 --sensitivity --worst 3");
    EXPECT_EQ(diagnosis["blocks"].size(), 6);
    EXPECT_EQ(diagnosis["blocks"][0]["inherited"], 0.0);
    EXPECT_EQ(diagnosis["sensitivities"].size(), 42);
    ASSERT_EQ(diagnosis["worst_tokens"].size(), 3);
    EXPECT_GE(diagnosis["worst_tokens"][0]["difference"], diagnosis["worst_tokens"][1]["difference"]);
    const json written = runJson("continue " + project + " --run g3 --prompt 'Question: ' --tokens 8");
    ASSERT_EQ(written.size(), 2);
    EXPECT_EQ(written[0]["diverges_at"], nullptr);
    EXPECT_EQ(written[1]["name"], "g3");
    const json mixed = runJson("allocate " + project + " --method rtn --group-size 64 --bits-per-weight 4 " +
                               "--choices 2,4,8 --windows 2 --name mixed");
    EXPECT_EQ(mixed["linears"].size(), 42);
    EXPECT_LE(mixed["bits_per_weight"].get<double>(), 4.0);
    EXPECT_THAT(this->run("compare " + project).out, HasSubstr("mixed"));
    EXPECT_EQ(this->run("recipe " + project + " --run g3 --out g3.json").exitCode, 0);
    const json again = runJson("run g3.json --project " + project + " --name g3-again");
    EXPECT_EQ(again["identical"], true) << again["differences"];
    const json paired = runJson("compare " + project + " --baseline mixed --paired --windows 8");
    EXPECT_EQ(paired["baseline"], "mixed");
    EXPECT_LE(paired["runs"][0]["difference_low"], paired["runs"][0]["difference_nats"]);
    EXPECT_FALSE(paired["runs"][1].contains("difference_nats"));
    EXPECT_EQ(lines(this->run("compare " + project + " --format csv").out), 4u);
    const Outcome page = this->run("compare " + project + " --format html --baseline mixed");
    EXPECT_THAT(page.out,
                AllOf(testing::StartsWith("<!DOCTYPE html>"), HasSubstr("Differences from the baseline mixed"),
                      HasSubstr(">g3-again<"), HasSubstr("</html>")));
    const json report = runJson("report " + project + " --output report.html --runs g3,mixed --baseline mixed");
    EXPECT_EQ(report["runs"], json({"g3", "mixed"}));
    const std::string html = test::get(folder.path() / "report.html");
    EXPECT_THAT(html, AllOf(HasSubstr("<svg"), HasSubstr("Calibration sets"), testing::Not(HasSubstr("g3-again"))));
    EXPECT_EQ(this->run("report " + project + " --output report.html --runs none").exitCode, 1);
    EXPECT_EQ(test::get(folder.path() / "report.html"), html);

    // What a person writes on runs.
    const json labelled =
        runJson("runs " + project + " --run g3 --tag 'final, law' --note 'the best' --rename mixed m2 " +
                "--baseline g3 --delete g3-again");
    ASSERT_EQ(labelled["done"].size(), 5);
    ASSERT_EQ(labelled["runs"].size(), 2);
    EXPECT_EQ(labelled["runs"][0]["tags"], json({"final", "law"}));
    EXPECT_EQ(labelled["runs"][0]["note"], "the best");
    EXPECT_EQ(labelled["runs"][1]["run"], "m2");
    EXPECT_EQ(runJson("compare " + project)["baseline"], "g3") << "the pinned one";
    EXPECT_THAT(this->run("runs " + project).out, AllOf(HasSubstr("final, law"), HasSubstr("the best")));
    EXPECT_THAT(this->run("runs " + project + " --rename g3 m2").err, HasSubstr("run m2: there is one of that name"));
    const json before = runJson("runs " + project);
    EXPECT_EQ(before["runs"][0]["codes_in_cache"], true);
    for (const auto& entry : fs::recursive_directory_iterator(folder / "cache"))
        if (entry.path().extension() == ".h5")
            fs::remove(entry.path());
    EXPECT_EQ(runJson("runs " + project)["runs"][0]["codes_in_cache"], false);
    EXPECT_THAT(this->run("compare " + project).out, HasSubstr("2.11")) << "the report stays";
    // The statistics are gone too; where codes come from them, these have to be there first.
    EXPECT_EQ(runJson("calibrate " + project + " --set calibration")["from_cache"], false);
    EXPECT_EQ(runJson("runs " + project + " --compute-again g3")["runs"][0]["codes_in_cache"], true);
    EXPECT_THAT(this->run("runs " + project + " --tag x").err, HasSubstr("--run: is not given"));
    EXPECT_EQ(this->run("compare " + project + " --paired --windows 2").exitCode, 0);
    EXPECT_EQ(runJson("runs " + project + " --run g3 --untag law --no-baseline")["runs"][0]["tags"], json({"final"}));
    EXPECT_THAT(this->run("compare " + project + " --paired").err, HasSubstr("there is no baseline"));

    runJson("quantize " + project + " --method rtn --bits 4 --group-size 64 --symmetric --name r4");
    const json exported = runJson("export " + project + " --run r4 --format gptq --out r4-gptq");
    EXPECT_EQ(exported["files"], 1);
    EXPECT_EQ(exported["loaders"][0]["loads"], true);
    EXPECT_NEAR(
        runJson("evaluate --model r4-gptq --data " + demo + "/text/evaluation.jsonl")["perplexity"].get<double>(),
        runJson("evaluate " + project + " --run r4")["perplexity"].get<double>(), 5e-5);
    EXPECT_THAT(this->run("export " + project + " --run r4 --format gptq --out r4-gptq").err,
                HasSubstr("exists already"));
    EXPECT_THAT(this->run("export " + project + " --run r4 --format gguf --out gguf").out, HasSubstr("llama.cpp"));
    EXPECT_EQ(runJson("unpack gguf/model.gguf --out unpacked")["folder"], "unpacked");
    EXPECT_EQ(runJson("imatrix " + project + " --out m.gguf")["windows"], 32);
}

TEST_F(Cli, MakesChangesAndExchangesSets) {
    test::put(folder / "t.jsonl",
              R"({"text": "The old harbour lay quiet in the morning, and nobody was up.", "domain": "prose"}
{"text": "The old harbour lay quiet in the morning, and nobody was up.", "domain": "prose"}
{"text": "for i in range(10): print(i)  # counts from zero to nine", "domain": "code"}
{"text": "The baker opened his shop, and the street began to smell of bread.", "domain": "prose"}
)");
    ASSERT_EQ(run("import " + project + " t.jsonl").exitCode, 0);
    const std::string sets = "sets " + project + " ";
    EXPECT_EQ(runJson(sets + "create prose --where domain:prose")["sets"][1]["documents"], 3);
    EXPECT_EQ(runJson(sets + "add prose --where domain:code")["sets"][1]["documents"], 4);
    EXPECT_EQ(runJson(sets + "exclude prose --where dup")["sets"][1]["documents"], 3);
    EXPECT_EQ(runJson(sets + "multiply prose --where domain:code --times 3")["sets"][1]["places"], 5);
    EXPECT_EQ(runJson(sets + "keep prose --where 'tokens<1000' --model " + demo + "/model")["sets"][1]["places"], 5);
    EXPECT_EQ(run(sets + "keep prose --where 'tokens<1000'").exitCode, 1);
    EXPECT_EQ(runJson(sets + R"(recipe prose '{"sequence_length": 128}')")["sets"][1]["recipe"]["sequence_length"],
              128);
    EXPECT_THAT(run(sets + R"(recipe prose '{"sequence_lenght": 128}')").err, HasSubstr("sequence_lenght"));
    EXPECT_EQ(runJson(sets + "rename prose mixed")["sets"][1]["name"], "mixed");
    EXPECT_EQ(runJson(sets + "duplicate mixed copy")["sets"].size(), 3);
    EXPECT_EQ(runJson(sets + "purpose copy evaluation")["sets"][2]["purpose"], "evaluation");
    EXPECT_EQ(runJson(sets + "delete copy")["sets"].size(), 2);
    const json split = runJson(sets + "split default --name held --share 0.25 --seed 3")["sets"];
    EXPECT_EQ(split[2]["purpose"], "evaluation");
    EXPECT_EQ(split[0]["documents"].get<int>() + split[2]["documents"].get<int>(), 4);
    EXPECT_EQ(runJson(sets + "list").size(), 3);
    const json mixed = runJson(sets + "show mixed");
    EXPECT_EQ(mixed["domains"]["code"], 3);
    const json written = runJson(sets + "export mixed out.jsonl");
    EXPECT_EQ(written["fingerprint"], mixed["fingerprint"]);
    const std::string other = "sets other.vernier ";
    EXPECT_EQ(runJson(other + "import out.jsonl")["fingerprint"], mixed["fingerprint"]);
    EXPECT_EQ(runJson(other + "show mixed")["fingerprint"], mixed["fingerprint"]);
    EXPECT_EQ(run(sets + "export mixed plain.jsonl --plain").exitCode, 1);
    EXPECT_EQ(runJson(sets + "export mixed plain.jsonl --plain --model " + demo + "/model")["places"], 5);
    EXPECT_EQ(lines(test::get(folder / "plain.jsonl")), 5u);
    EXPECT_EQ(run(sets).exitCode, 2);
    EXPECT_EQ(run(sets + "show nothing").exitCode, 1);
}

TEST_F(Cli, LintsASetAndRepairsIt) {
    test::put(folder / "t.jsonl", R"({"text": "The old harbour lay quiet in the morning, and nobody was up."}
{"text": "The old harbour lay quiet in the morning, and nobody was up."}
{"text": "Yes."}
)");
    ASSERT_EQ(run("import " + project + " t.jsonl").exitCode, 0);
    const auto kinds = [](const json& lint) {
        std::vector<std::string> names;
        for (const json& finding : lint["findings"])
            names.push_back(finding["kind"]);
        return names;
    };
    const std::string lint = "lint " + project;
    EXPECT_THAT(kinds(runJson(lint)), testing::ElementsAre("too-short", "exact-duplicates"));
    EXPECT_THAT(kinds(runJson(lint + " --model " + demo + "/model")), testing::Contains("too-few-tokens"));
    EXPECT_THAT(run(lint).out, HasSubstr("--fix exact-duplicates"));
    EXPECT_EQ(runJson(lint + " --fix all")["repaired"].size(), 1); // what is only information stays
    EXPECT_THAT(kinds(runJson(lint)), testing::ElementsAre("too-short"));
    EXPECT_THAT(kinds(runJson(lint + " --fix too-short")), testing::IsEmpty());
    EXPECT_THAT(run(lint + " --fix fluff").err, HasSubstr("double-bos"));
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

TEST_F(Cli, PlansACalibrationAndLooksAfterTheCache) {
    ASSERT_EQ(run("import " + project + " " + demo + "/text/calibration.jsonl").exitCode, 0);
    const std::string what = project + " --model " + demo + "/model --windows 4 --sequence-length 64";
    const json plan = runJson("plan " + what);
    EXPECT_EQ(plan["blocks_cached"], 0);
    EXPECT_GT(plan["seconds"], 0);
    EXPECT_THAT(run("plan " + what).out, HasSubstr("6 of 6 blocks to compute"));
    const Outcome tight = run("calibrate " + what + " --memory-limit 1MB");
    EXPECT_EQ(tight.exitCode, 1);
    EXPECT_THAT(tight.err, HasSubstr("allow at least"));
    EXPECT_THAT(run("calibrate " + what).err, HasSubstr("plan: 4 windows of 64 tokens"));
    EXPECT_EQ(runJson("plan " + what)["blocks_cached"], 6);

    const json list = runJson("cache list");
    ASSERT_EQ(list["files"].size(), 6u);
    EXPECT_EQ(list["files"][0]["kind"], "calibration block");
    EXPECT_THAT(run("cache list").out, HasSubstr("calibration block of " + demo));
    EXPECT_EQ(run("cache verify").exitCode, 0);
    const fs::path damaged = list["files"][2]["file"].get<std::string>();
    fs::resize_file(damaged, fs::file_size(damaged) / 2);
    EXPECT_THAT(run("cache verify").out, HasSubstr(damaged.filename().string()));
    EXPECT_EQ(run("cache verify").exitCode, 1);
    EXPECT_EQ(run("cache verify --remove").exitCode, 0);
    EXPECT_EQ(runJson("cache list")["files"].size(), 5u);
    EXPECT_EQ(run("cache clear").exitCode, 2);
    EXPECT_EQ(runJson("cache clear --older-than 1")["files"], 0);
    EXPECT_EQ(runJson("cache clear --kind 'calibration block'")["files"], 5);
    EXPECT_EQ(runJson("cache list --cache-limit 5GB")["limit"], 5'000'000'000);
    EXPECT_EQ(run("cache list --cache-limit plenty").exitCode, 1);
}

TEST_F(Cli, ObservesMoreWhereThatIsWanted) {
    ASSERT_EQ(run("import " + project + " " + demo + "/text/calibration.jsonl").exitCode, 0);
    const std::string what = "calibrate " + project + " --model " + demo + "/model --windows 2 --sequence-length 32";
    EXPECT_EQ(run(what + " --observe everything").exitCode, 2);
    const json plain = runJson(what), more = runJson(what + " --observe logits,channels");
    EXPECT_EQ(more["taps"].size(), plain["taps"].size() + 1);
    EXPECT_EQ(more["taps"].back()["tap"], "lm_head:output");
    EXPECT_EQ(more["from_cache"], false);
    EXPECT_EQ(runJson(what + " --observe logits,channels")["from_cache"], true);
    const json tap = runJson("statistics " + project + " --tap '*.2.mlp.down_proj:input'")["taps"][0];
    EXPECT_EQ(tap["channel_ranges"]["MSE"]["scale"].size(), 768u);
    EXPECT_EQ(runJson("statistics " + project + " --tap lm_head:output")["taps"][0]["channels"], 1536);
}

TEST_F(Cli, InvalidUtf8IsImportedWithReplacementAndCounted) {
    test::put(folder / "latin1.txt", "caf\xE9 cr\xE8me");
    EXPECT_EQ(runJson("import " + project + " latin1.txt")["replaced_sequences"], 2);
}

} // namespace
} // namespace vernier
