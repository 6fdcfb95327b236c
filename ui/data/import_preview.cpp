#include "ui/data/import_preview.h"

#include "core/base/error.h"
#include "ui/bridge/text.h"
#include "ui/data/token_preview.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace vernier::ui {

namespace {

constexpr qsizetype kShownCharacters = 10'000;
constexpr qsizetype kBeginning = 120;

QString say(const char* text) {
    return QCoreApplication::translate("ImportPreview", text);
}

ImportPreviewRow rowOf(const DocumentView& document, const ChatTemplate* chatTemplate) {
    ImportPreviewRow row;
    row.line = document.line;
    row.domain = fromUtf8(document.domain);
    row.beginning = previewLine(document, kBeginning);
    row.isConversation = document.isConversation;
    if (document.isConversation && !chatTemplate) {
        row.text = conversationText(document.text).left(kShownCharacters);
    } else {
        const TokenPreview preview = makePreview(document, nullptr, chatTemplate, kShownCharacters);
        row.text = preview.problem.isEmpty() ? preview.text : preview.problem + QStringLiteral("\n\n") + preview.text;
    }
    if (row.text.size() >= kShownCharacters)
        row.text += QStringLiteral(" …");
    return row;
}

void read(const ImportRequest& request, ImportPreview& preview, const ChatTemplate* chatTemplate, JobContext& job) {
    if (!request.pasted && preview.files.empty())
        for (const std::filesystem::path& path : request.files)
            std::ranges::copy(importableFiles(path), std::back_inserter(preview.files));
    preview.shown = std::min(preview.shown, preview.files.empty() ? 0 : preview.files.size() - 1);
    ImportResult found = request.pasted ? previewBytes(request.pasted->text, request.pasted->name, request.options, job)
                                        : previewFile(preview.files.at(preview.shown), request.options, job);
    preview.format = found.format;
    preview.schema = std::move(found.schema);
    preview.fields = std::move(found.fields);
    preview.skipped = std::move(found.skipped);
    preview.skippedCount = found.skippedCount;
    preview.replacedSequences = found.replacedSequences;
    for (const DocumentView document : found.documents)
        preview.rows.push_back(rowOf(document, chatTemplate));
}

} // namespace

ImportPreview previewImport(const ImportRequest& request, std::vector<std::filesystem::path> files, std::size_t shown,
                            const ChatTemplate* chatTemplate, JobContext& job) {
    ImportPreview preview;
    preview.files = std::move(files);
    preview.shown = shown;
    try {
        read(request, preview, chatTemplate, job);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled)
            throw;
        preview.problem = fromUtf8(error.what());
    }
    return preview;
}

QString conversationText(std::string_view messages) {
    const auto list = nlohmann::json::parse(messages, nullptr, false);
    if (!list.is_array())
        return fromUtf8(messages);
    QStringList parts;
    for (const nlohmann::json& message : list) {
        if (!message.is_object())
            return fromUtf8(messages);
        const auto role = message.find("role"), content = message.find("content");
        const bool isText = content != message.end() && content->is_string();
        // What is no text (tool calls, parts with pictures) is shown as it stands.
        const std::string text = isText ? content->get<std::string>() : message.dump();
        parts += QStringLiteral("[%1]\n%2")
                     .arg(role != message.end() && role->is_string() ? fromUtf8(role->get_ref<const std::string&>())
                                                                     : QStringLiteral("?"),
                          fromUtf8(text));
    }
    return parts.join(QStringLiteral("\n\n"));
}

QString formatName(FileFormat format) {
    switch (format) {
    case FileFormat::Text:
        return say(QT_TRANSLATE_NOOP("ImportPreview", "Text"));
    case FileFormat::JsonLines:
        return say(QT_TRANSLATE_NOOP("ImportPreview", "JSON Lines"));
    case FileFormat::Json:
        return say(QT_TRANSLATE_NOOP("ImportPreview", "JSON list"));
    case FileFormat::Csv:
        return say(QT_TRANSLATE_NOOP("ImportPreview", "CSV table"));
    }
    return {};
}

QString schemaName(const FieldMapping& mapping) {
    if (!mapping.isPair()) {
        if (mapping.text == "messages")
            return say(QT_TRANSLATE_NOOP("ImportPreview", "chat messages (messages)"));
        if (mapping.text == "conversations")
            return say(QT_TRANSLATE_NOOP("ImportPreview", "ShareGPT (conversations)"));
        return say(QT_TRANSLATE_NOOP("ImportPreview", "text (%1)")).arg(fromUtf8(mapping.text));
    }
    QStringList fields;
    for (const std::string* field : {&mapping.instruction, &mapping.input, &mapping.output})
        if (!field->empty())
            fields += fromUtf8(*field);
    QString name = say(QT_TRANSLATE_NOOP("ImportPreview", "instruction and answer (%1)"));
    if (mapping.instruction == "instruction" && mapping.output == "output")
        name = say(QT_TRANSLATE_NOOP("ImportPreview", "Alpaca (%1)"));
    else if (mapping.instruction == "instruction" && mapping.output == "response")
        name = say(QT_TRANSLATE_NOOP("ImportPreview", "Dolly (%1)"));
    else if (mapping.instruction == "prompt")
        name = say(QT_TRANSLATE_NOOP("ImportPreview", "prompt and completion (%1)"));
    else if (mapping.instruction == "question")
        name = say(QT_TRANSLATE_NOOP("ImportPreview", "question and answer (%1)"));
    return name.arg(fields.join(QStringLiteral(", ")));
}

} // namespace vernier::ui
