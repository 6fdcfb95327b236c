#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <iostream>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::uint64_t kInputLimit = 1u << 30;

struct Options {
    std::string model, file;
    bool chat = false, special = false, json = false;
};

std::string readInput(const std::string& file) {
    if (!file.empty())
        return readFile(file, kInputLimit);
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

std::string renderChat(const std::string& model, const std::string& input, const std::string& place) {
    const auto chatTemplate = ChatTemplate::load(model);
    if (!chatTemplate)
        throw Error(ErrorKind::Input, model, "the model has no chat template", "leave out --chat");
    const auto messages = nlohmann::ordered_json::parse(input, nullptr, false);
    if (messages.is_discarded())
        throw Error(ErrorKind::Input, place, "is not valid JSON", R"(give a list of {"role", "content"} objects)");
    return chatTemplate->render(messages);
}

void run(const Options& options) {
    const Tokenizer tokenizer = Tokenizer::load(options.model);
    std::string text = readInput(options.file);
    if (options.chat)
        text = renderChat(options.model, text, options.file.empty() ? "standard input" : options.file);
    const auto ids = tokenizer.encode(text, {options.special});
    if (options.json) {
        fmt::print("{}\n", nlohmann::json{{"ids", ids}}.dump());
        return;
    }
    for (const std::int32_t id : ids)
        fmt::print(
            "{:>8}  {}\n", id,
            nlohmann::json(tokenizer.tokenBytes(id)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    fmt::print(stderr, "{} tokens\n", ids.size());
}

} // namespace

void addTokenize(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("tokenize", "Turn text into the token ids of a model");
    verb->add_option("model", options->model, "Folder with tokenizer.json")->required();
    verb->add_option("--file", options->file, "Text to tokenize; standard input without it");
    verb->add_flag("--chat", options->chat, "Input is a JSON list of messages for the model's chat template");
    verb->add_flag("--special", options->special, "Add the special tokens that the tokenizer adds (BOS, EOS)");
    verb->add_flag("--json", options->json, "Print {\"ids\": […]}");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
