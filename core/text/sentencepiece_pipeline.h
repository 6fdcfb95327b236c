#pragma once

#include "core/text/tokenizer_pipeline.h"

#include <memory>
#include <string_view>

namespace vernier {

/// Builds the steps around a tokenizer.model. config is tokenizer_config.json, or an object without members. Control
/// pieces, the unknown piece and "added_tokens_decoder" are recognised in text; "add_bos_token" and "add_eos_token"
/// decide what is put around it (without them: BOS, for T5 EOS). Every piece of text between special tokens gets the
/// space in front that sentencepiece adds ("legacy", the default of that class), or with "legacy": false only the
/// begin of the text.
std::unique_ptr<TokenizerPipeline> readSentencePiecePipeline(std::string_view model, const std::string& place,
                                                             const JsonView& config);

} // namespace vernier
