#include "ui/data/document_reader.h"

#include "ui/bridge/text.h"
#include "ui/data/token_preview.h"
#include "ui/data/token_text_view.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/empty_state.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace vernier::ui {

namespace {

/// Longer documents are cut in the view; laying out more takes longer than a frame.
constexpr qsizetype kShownCharacters = 20'000;

QCheckBox* makeToggle(const QString& text, const QString& toolTip) {
    auto* box = new QCheckBox;
    box->setText(text);
    box->setToolTip(toolTip);
    box->setAccessibleDescription(toolTip);
    return box;
}

QString originOf(const DocumentView& document) {
    QString text = QFileInfo(fromUtf8(document.source)).fileName();
    if (document.line)
        text += DocumentReader::tr(", line %1").arg(formatCount(document.line));
    if (!document.field.empty())
        text += DocumentReader::tr(", field %1").arg(fromUtf8(document.field));
    return text;
}

} // namespace

DocumentReader::DocumentReader(JobRunner& quickJobs, QWidget* parent)
    : QWidget(parent), m_rendering(quickJobs, *this), m_origin(new ElidedLabel), m_facts(new QLabel),
      m_problem(new QLabel),
      m_tokens(makeToggle(tr("Tokens"), tr("Colour tokens in turn; the pointer shows a token's id"))),
      m_invisibles(makeToggle(tr("Invisibles"), tr("Show spaces, line breaks and control characters"))),
      m_text(new TokenTextView), m_empty(new EmptyState), m_stack(new QStackedWidget) {
    QFont bold = m_origin->font();
    bold.setBold(true);
    m_origin->setFont(bold);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_facts->setWordWrap(true);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_tokens->setChecked(true);
    m_empty->setContent(tr("No document selected"), tr("Select a row to read the document as the model sees it"));

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_origin, 1);
    bar->addWidget(m_tokens);
    bar->addWidget(m_invisibles);
    auto* reader = new QWidget;
    auto* column = new QVBoxLayout(reader);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(bar);
    column->addWidget(m_problem);
    column->addWidget(m_text, 1);
    column->addWidget(m_facts);
    m_stack->addWidget(reader);
    m_stack->addWidget(m_empty);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    m_stack->setCurrentWidget(m_empty);

    connect(m_tokens, &QCheckBox::toggled, m_text, &TokenTextView::setTokensShown);
    connect(m_invisibles, &QCheckBox::toggled, m_text, &TokenTextView::setInvisiblesShown);
}

void DocumentReader::show(std::shared_ptr<const Project> project, std::int64_t document,
                          std::shared_ptr<const Workbench::OpenModel> model) {
    if (!project || document < 0 || static_cast<std::size_t>(document) >= project->corpus.size()) {
        m_rendering.cancel();
        clear();
        return;
    }
    const auto index = static_cast<std::size_t>(document);
    const auto preview = std::make_shared<TokenPreview>();
    m_rendering.startThen(
        tr("Preview document %1").arg(document + 1),
        [project, index, model, preview](JobContext&) {
            const ChatTemplate* chatTemplate = model && model->chatTemplate ? &*model->chatTemplate : nullptr;
            *preview = makePreview(project->corpus[index], model ? &model->tokenizer : nullptr, chatTemplate,
                                   kShownCharacters);
        },
        [this, project, index, preview, hasModel = model != nullptr] {
            present(project->corpus[index], std::move(*preview), hasModel);
        });
}

void DocumentReader::present(const DocumentView& document, TokenPreview preview, bool hasModel) {
    m_origin->setText(originOf(document));
    m_origin->setToolTip(
        tr("%1\nSHA-256 %2").arg(fromUtf8(document.source), QString::fromStdString(toHex(contentHash(document)))));
    QStringList facts;
    if (document.isConversation)
        facts += preview.isTemplated ? tr("conversation, through the chat template")
                                     : tr("conversation, contents joined by line breaks");
    facts += tr("%1 characters").arg(formatCount(preview.characters));
    if (preview.tokenCount > 0) {
        facts += tr("%1 tokens").arg(formatCount(preview.tokenCount));
        facts +=
            tr("%1 characters per token")
                .arg(formatFixed(static_cast<double>(preview.characters) / static_cast<double>(preview.tokenCount), 2));
    }
    if (document.replacedBytes > 0)
        facts += tr("invalid UTF-8 sequences replaced: %1").arg(formatCount(document.replacedBytes));
    if (preview.isCut)
        facts +=
            tr("the first %1 characters are shown").arg(formatCount(static_cast<std::uint64_t>(preview.text.size())));
    if (!hasModel)
        facts += tr("open a model to see tokens");
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    m_problem->setText(preview.problem);
    m_problem->setVisible(!preview.problem.isEmpty());
    m_tokens->setEnabled(!preview.tokens.empty());
    m_text->setPreview(std::move(preview));
    m_text->setAccessibleDescription(m_facts->text());
    m_stack->setCurrentIndex(0);
    emit shown();
}

void DocumentReader::clear() {
    m_text->setPreview({});
    m_stack->setCurrentWidget(m_empty);
}

QString DocumentReader::factsText() const {
    return m_facts->text();
}

} // namespace vernier::ui
