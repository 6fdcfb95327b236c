#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string model;
    bool json = false;
};

nlohmann::json describe(const Model& model) {
    const ArchitectureSpec& spec = model.spec;
    nlohmann::json types = nlohmann::json::object();
    for (const StoredTensor* tensor : model.checkpoint.tensors())
        types[std::string(name(tensor->type))] = types.value(std::string(name(tensor->type)), 0) + 1;
    nlohmann::json linears = nlohmann::json::array();
    for (const InputGroup& group : spec.inputGroups(0))
        for (const LinearSpec& linear : group.linears)
            linears.push_back({{"name", linear.name}, {"out", linear.out}, {"in", linear.in}});
    nlohmann::json tensors = nlohmann::json::array();
    for (const StoredTensor* tensor : model.checkpoint.tensors())
        tensors.push_back({{"name", tensor->name}, {"dtype", name(tensor->type)}, {"shape", tensor->shape}});
    return {{"folder", model.folder.string()},
            {"architecture", spec.modelType},
            {"vocabulary_size", spec.vocabularySize},
            {"hidden_size", spec.hiddenSize},
            {"intermediate_size", spec.intermediateSize},
            {"blocks", spec.blocks},
            {"heads", spec.heads},
            {"key_value_heads", spec.keyValueHeads},
            {"head_size", spec.headSize},
            {"max_positions", spec.maxPositions},
            {"norm_epsilon", spec.normEpsilon},
            {"rope_theta", spec.ropeTheta},
            {"tied_head", spec.tiedHead},
            {"shards", model.checkpoint.shards()},
            {"stored_bytes", model.checkpoint.storedBytes()},
            {"parameters", model.checkpoint.parameters()},
            {"linear_parameters", spec.linearParameters()},
            {"dtypes", types},
            {"linears", linears},
            {"tensors", tensors}};
}

/// Reads every tensor of the architecture once, so that a model that is inspected without complaint will also run.
void checkWeights(const Model& model) {
    model.checkpoint.require(model.embeddingName(), {model.spec.vocabularySize, model.spec.hiddenSize});
    model.checkpoint.require(model.headName(), {model.spec.vocabularySize, model.spec.hiddenSize});
    model.checkpoint.require("model.norm.weight", {model.spec.hiddenSize});
    for (int block = 0; block < model.spec.blocks; ++block) {
        for (const char* norm : {".input_layernorm.weight", ".post_attention_layernorm.weight"})
            model.checkpoint.require(model.spec.blockPrefix(block) + norm, {model.spec.hiddenSize});
        for (const InputGroup& group : model.spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                model.checkpoint.require(model.spec.linearName(block, linear.name) + ".weight",
                                         {linear.out, linear.in});
    }
}

nlohmann::json describeTokenizer(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "tokenizer.json"))
        return nullptr;
    try {
        const Tokenizer tokenizer = Tokenizer::load(folder);
        nlohmann::json about = {{"vocabulary_size", tokenizer.vocabularySize()}};
        if (const auto id = tokenizer.beginOfText())
            about["begin_of_text"] = *id;
        if (const auto id = tokenizer.endOfText())
            about["end_of_text"] = *id;
        return about;
    } catch (const Error& error) {
        return {{"error", error.what()}}; // the weights can still be looked at
    }
}

void run(const Options& options) {
    const Model model = Model::open(options.model);
    checkWeights(model);
    nlohmann::json about = describe(model);
    about["tokenizer"] = describeTokenizer(model.folder);
    if (options.json)
        return print(about);
    const ArchitectureSpec& spec = model.spec;
    fmt::print("{}\n", model.folder.string());
    fmt::print("  architecture   {}, {} blocks, hidden {}, intermediate {}\n", spec.modelType, spec.blocks,
               spec.hiddenSize, spec.intermediateSize);
    fmt::print("  attention      {} heads over {} key/value heads of {}, {} positions, RoPE theta {}\n", spec.heads,
               spec.keyValueHeads, spec.headSize, spec.maxPositions, spec.ropeTheta);
    fmt::print("  vocabulary     {}, {} head\n", spec.vocabularySize, spec.tiedHead ? "tied" : "separate");
    fmt::print("  parameters     {:.2f} M, of them {:.2f} M in the linears of the blocks\n",
               static_cast<double>(model.checkpoint.parameters()) / 1e6,
               static_cast<double>(spec.linearParameters()) / 1e6);
    fmt::print("  stored         {} in {} file(s), {}\n",
               megabytes(static_cast<double>(model.checkpoint.storedBytes())), model.checkpoint.shards(),
               about["dtypes"].dump());
    fmt::print("  tokenizer      {}\n", about["tokenizer"].is_null() ? "none" : about["tokenizer"].dump());
}

} // namespace

void addInspect(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("inspect", "Show architecture, sizes and tensors of a model folder");
    verb->add_option("model", options->model, "Hugging Face model folder")->required();
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
