#include "ui/diagnose/tokens_view.h"

#include "ui/diagnose/diagnosis.h"
#include "ui/tokens/token_loss_view.h"

#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kLikeliest = 5;

} // namespace

TokensView::TokensView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis),
      m_view(new TokenLossView(diagnosis.services().jobs, tr("“Measure” lists the tokens that lost most"),
                               tr("Select a token: its text appears here, coloured where the run loses (or gains) "
                                  "against full precision; hover for both models' guesses"))) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    connect(&diagnosis, &Diagnosis::runChanged, this, &TokensView::refresh);
    connect(&diagnosis, &Diagnosis::measured, this, &TokensView::refresh);
    refresh();
}

NumberTable& TokensView::table() const {
    return m_view->table();
}

LossText& TokensView::text() const {
    return m_view->text();
}

void TokensView::refresh() {
    const RunDiagnosis& current = m_diagnosis.current();
    if (current.tokens == m_shown)
        return;
    m_shown = current.tokens;
    if (!m_shown) {
        m_view->clear();
        return;
    }
    TokenLossContent content{tr("This run"), tr("Full precision"), m_shown, current.worst, current.model, {}};
    content.predict = [project = m_diagnosis.services().session.project(),
                       bench = m_diagnosis.services().session.workbench(), model = current.model,
                       name = m_diagnosis.runName().toStdString()](std::span<const std::int32_t> ids,
                                                                   JobContext& job) -> std::vector<QString> {
        const Run* run = project->findRun(name);
        if (!run)
            return {};
        const WindowPredictions predictions = predictWindow(*bench, *project, *run, ids, kLikeliest, job);
        std::vector<QString> texts = predictionTexts(predictions.exact, model->tokenizer);
        const std::vector<QString> ours = predictionTexts(predictions.run, model->tokenizer);
        for (std::size_t i = 0; i < texts.size(); ++i)
            texts[i] = tr("full precision: %1\nthis run: %2").arg(texts[i], ours[i]);
        return texts;
    };
    m_view->setContent(std::move(content));
}

} // namespace vernier::ui
