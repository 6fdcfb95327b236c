#include "ui/data/windows_panel.h"

#include "core/workbench/pack_set.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/text.h"
#include "ui/data/recipe_form.h"
#include "ui/data/token_text_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QStringDecoder>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace vernier::ui {

TokenPreview previewOf(const std::vector<PreviewToken>& tokens) {
    TokenPreview preview;
    QStringDecoder decoder(QStringDecoder::Utf8);
    for (const PreviewToken& token : tokens) {
        TokenSpan span;
        span.id = token.id;
        span.begin = preview.text.size();
        // A token may end inside a character, which then shows with the one that completes it.
        preview.text += QString(decoder.decode(QByteArrayView(token.bytes.data(), std::ssize(token.bytes))));
        span.end = preview.text.size();
        span.isSpecial = token.isSpecial || token.origin != TokenOrigin::Text;
        preview.tokens.push_back(span);
    }
    preview.tokenCount = tokens.size();
    preview.characters = static_cast<std::uint64_t>(preview.text.size());
    return preview;
}

WindowsPanel::WindowsPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_form(new RecipeForm), m_window(new QSpinBox), m_text(new TokenTextView),
      m_facts(new QLabel), m_problem(new QLabel), m_packing(curation.services().quickJobs, *this) {
    m_window->setRange(1, 1'000'000);
    m_window->setPrefix(tr("window "));
    m_window->setAccessibleName(tr("Window"));
    m_window->setKeyboardTracking(false);
    m_text->setAccessibleName(tr("Tokens of the window"));
    m_text->setInvisiblesShown(true);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_facts->setWordWrap(true);
    m_problem->setWordWrap(true);
    m_problem->hide();

    auto* lower = new QWidget;
    auto* rows = new QVBoxLayout(lower);
    rows->setContentsMargins(0, 0, 0, 0);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_window);
    bar->addStretch(1);
    rows->addLayout(bar);
    rows->addWidget(m_problem);
    rows->addWidget(m_text, 1);
    rows->addWidget(m_facts);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(m_form);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(scroll);
    split->addWidget(lower);
    split->setSizes({300, 340});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(split);

    connect(m_form, &RecipeForm::edited, this, &WindowsPanel::applyRecipe);
    connect(m_window, &QSpinBox::valueChanged, this, &WindowsPanel::preview);
    connect(&curation, &Curation::setsChanged, this, &WindowsPanel::takeSet);
    connect(&curation.services().model, &ModelProvider::changed, this, &WindowsPanel::preview);
    takeSet();
}

void WindowsPanel::takeSet() {
    const CalibrationSet* set = m_curation.set();
    m_form->setEnabled(set != nullptr);
    if (set && !(m_form->recipe() == set->recipe))
        m_form->setRecipe(set->recipe);
    preview();
}

void WindowsPanel::applyRecipe() {
    m_curation.editSet([this](const CalibrationSet& set) { return changeRecipe(set, m_form->recipe()); });
}

void WindowsPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    preview();
}

void WindowsPanel::preview() {
    m_packing.cancel();
    const auto project = m_curation.project();
    const auto model = m_curation.model();
    const CalibrationSet* set = m_curation.set();
    if (!isVisible())
        return;
    if (!project || !model || !set || set->documents.empty()) {
        m_text->setPreview({});
        m_facts->setText(!model ? tr("Choose a model folder (Ctrl+M) to see the tokens that the model will see")
                                : tr("The set holds no documents yet"));
        m_problem->hide();
        return;
    }
    struct Result {
        std::vector<PreviewToken> tokens;
        std::size_t documents = 0;
        std::uint64_t left = 0;
    };
    const auto result = std::make_shared<Result>();
    const auto pack = [result, project, model, set = *set, window = m_window->value()](JobContext& job) {
        // Only as much is packed as the window needs.
        PackingRecipe recipe = set.recipe;
        recipe.maxWindows = recipe.maxWindows > 0 ? std::min(recipe.maxWindows, window) : window;
        const TokenWindows windows = packSet(*project, set, *model, recipe, job);
        std::vector<DocumentView> documents;
        for (const std::uint32_t index : set.documents)
            documents.push_back(project->corpus[index]);
        const PackingInput input{documents, model->tokenizer, model->chatTemplate ? &*model->chatTemplate : nullptr,
                                 recipe};
        result->tokens = previewWindow(windows, window - 1, input, job);
        std::set<std::uint32_t> seen;
        for (const PreviewToken& token : result->tokens)
            seen.insert(token.document);
        result->documents = seen.size();
        result->left = windows.droppedDocuments;
    };
    const auto present = [this, result](const JobOutcome& outcome) {
        if (outcome.state == JobState::Cancelled)
            return;
        m_problem->setText(outcome.error);
        m_problem->setVisible(outcome.state == JobState::Failed);
        m_text->setPreview(previewOf(result->tokens));
        const auto inserted =
            static_cast<std::uint64_t>(std::ranges::count_if(result->tokens, [](const PreviewToken& token) {
                return token.origin != TokenOrigin::Text && token.origin != TokenOrigin::Padding;
            }));
        const auto padding =
            static_cast<std::uint64_t>(std::ranges::count(result->tokens, TokenOrigin::Padding, &PreviewToken::origin));
        QStringList facts{tr("%1 tokens of %2")
                              .arg(formatCount(result->tokens.size()),
                                   formatCount(result->documents, tr("1 document"), tr("%1 documents"))),
                          tr("%1 put in by the recipe").arg(formatCount(inserted))};
        if (padding > 0)
            facts += tr("%1 padding, which nothing reads").arg(formatCount(padding));
        if (result->left > 0)
            facts += tr("%1 documents too short so far").arg(formatCount(result->left));
        m_facts->setText(outcome.state == JobState::Done ? facts.join(QStringLiteral(" · ")) : QString());
        emit previewed();
    };
    m_packing.start(tr("Preview a window"), pack, present, false);
}

QString WindowsPanel::factsText() const {
    return m_facts->text();
}

} // namespace vernier::ui
