#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string model;
    bool json = false;
};

std::string_view name(RopeScaling scaling) {
    switch (scaling) {
    case RopeScaling::Linear:
        return "linear";
    case RopeScaling::Dynamic:
        return "dynamic";
    case RopeScaling::Llama3:
        return "llama3";
    case RopeScaling::Yarn:
        return "yarn";
    case RopeScaling::LongRope:
        return "longrope";
    case RopeScaling::None:
        break;
    }
    return "none";
}

/// "RoPE theta 500000, llama3 scaling by 8" or "learned positions".
std::string positionsText(const ArchitectureSpec& spec) {
    if (!spec.names.positions.empty())
        return "learned positions";
    std::string text;
    for (const RotarySpec& rotary : spec.rotary) {
        text += fmt::format("{} theta {}", text.empty() ? "RoPE" : " and", rotary.theta);
        if (rotary.size < spec.headSize)
            text += fmt::format(" on {} of {} components", rotary.size, spec.headSize);
        if (rotary.scaling != RopeScaling::None)
            text += fmt::format(", {} scaling by {}", name(rotary.scaling), rotary.factor);
    }
    return text;
}

/// "window of 4096 tokens in 13 of 26 blocks", or nothing.
std::string windowText(const ArchitectureSpec& spec) {
    const auto sliding = std::ranges::count_if(spec.perBlock, [](const BlockSpec& b) { return b.slidingWindow > 0; });
    if (sliding == 0)
        return {};
    const auto first = std::ranges::find_if(spec.perBlock, [](const BlockSpec& b) { return b.slidingWindow > 0; });
    return fmt::format(", window of {} tokens in {} of {} blocks", first->slidingWindow, sliding, spec.blocks);
}

nlohmann::json describe(const Model& model) {
    const ArchitectureSpec& spec = model.spec;
    nlohmann::json types = nlohmann::json::object();
    for (const StoredTensor* tensor : model.checkpoint.tensors())
        types[std::string(name(tensor->type))] = types.value(std::string(name(tensor->type)), 0) + 1;
    nlohmann::json linears = nlohmann::json::array(); // of the first block
    for (const InputGroup& group : spec.inputGroups(0))
        for (const LinearSpec& linear : group.linears)
            linears.push_back({{"name", linear.name}, {"out", linear.out}, {"in", linear.in}, {"bias", linear.bias}});
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
            {"positions", positionsText(spec)},
            {"experts", spec.mixture.experts},
            {"tied_head", spec.tiedHead},
            {"shards", model.checkpoint.shards()},
            {"stored_bytes", model.checkpoint.storedBytes()},
            {"parameters", model.checkpoint.parameters()},
            {"linear_parameters", spec.linearParameters()},
            {"dtypes", types},
            {"linears", linears},
            {"tensors", tensors}};
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
    model.checkTensors(); // a model that is inspected without complaint will also run
    nlohmann::json about = describe(model);
    about["tokenizer"] = describeTokenizer(model.folder);
    if (options.json)
        return print(about);
    const ArchitectureSpec& spec = model.spec;
    fmt::print("{}\n", model.folder.string());
    fmt::print("  architecture   {}, {} blocks, hidden {}, intermediate {}\n", spec.modelType, spec.blocks,
               spec.hiddenSize, spec.intermediateSize);
    fmt::print("  attention      {} heads over {} key/value heads of {}{}\n", spec.heads, spec.keyValueHeads,
               spec.headSize, windowText(spec));
    fmt::print("  positions      {}, {}\n", spec.maxPositions, positionsText(spec));
    if (spec.mixture.experts > 0)
        fmt::print("  experts        {}, {} for each token, in {} of {} blocks\n", spec.mixture.experts,
                   spec.mixture.perToken, std::ranges::count_if(spec.perBlock, &BlockSpec::sparse), spec.blocks);
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
