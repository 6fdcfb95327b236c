#include "ui/diagnose/tokens_view.h"

#include "ui/bridge/text.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/diagnose/loss_text.h"
#include "ui/plots/number_table.h"
#include "ui/plots/token_text.h"

#include <QHeaderView>
#include <QSplitter>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kLikeliest = 5;

/// "full precision: “ the” 41 %, “ a” 20 %, …" and the same of the run, per position.
std::vector<QString> predictionTexts(const WindowPredictions& predictions, const Tokenizer& tokenizer) {
    const auto list = [&](const std::vector<Prediction>& likely) {
        QStringList parts;
        for (const Prediction& prediction : likely)
            parts += QStringLiteral("“%1” %2").arg(onOneLine(fromUtf8(tokenizer.decode({prediction.id}))),
                                                   formatPercent(prediction.probability, 1));
        return parts.join(QStringLiteral(", "));
    };
    std::vector<QString> texts;
    for (std::size_t i = 0; i < predictions.exact.size(); ++i)
        texts.push_back(TokensView::tr("full precision: %1\nthis run: %2")
                            .arg(list(predictions.exact[i]), list(predictions.run[i])));
    return texts;
}

} // namespace

TokensView::TokensView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis),
      m_table(new NumberTable(tr("Tokens that lost most"),
                              {tr("Text and token"), tr("Difference"), tr("Full precision"), tr("This run")},
                              {tr("The token in brackets, with what stands before it"),
                               tr("Loss of the run less that of full precision, nats"),
                               tr("Loss of full precision, nats"), tr("Loss of the run, nats")})),
      m_text(new LossText) {
    m_table->setEmptyText(tr("“Measure” lists the tokens that lost most"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTextElideMode(Qt::ElideLeft); // the token stands at the end
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_text->setPlaceholderText(tr("Select a token: its text appears here, coloured where the run loses (or gains) "
                                  "against full precision; hover for both models' guesses"));
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_table);
    split->addWidget(m_text);
    split->setSizes({1000, 1000});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(split);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &TokensView::showRow);
    connect(&diagnosis, &Diagnosis::runChanged, this, &TokensView::refresh);
    connect(&diagnosis, &Diagnosis::measured, this, &TokensView::refresh);
    refresh();
}

void TokensView::refresh() {
    const auto tokens = m_diagnosis.current().tokens;
    if (tokens == m_shown)
        return;
    m_diagnosis.services().jobs.cancel(m_job);
    m_shown = tokens;
    m_window = -1;
    m_text->clearText();
    m_table->begin(0);
    if (tokens) {
        const auto& worst = m_diagnosis.current().worst;
        m_table->begin(static_cast<int>(worst.size()));
        for (int row = 0; row < m_table->rowCount(); ++row) {
            const auto& [token, text] = worst[static_cast<std::size_t>(row)];
            m_table->setText(row, 0, text, static_cast<int>(token));
            const double difference = tokens->difference(token);
            m_table->setNumber(row, 1, difference, QStringLiteral("+") + formatFixed(difference, 3));
            m_table->setNumber(row, 2, double{tokens->losses.referenceNll[token]},
                               formatFixed(double{tokens->losses.referenceNll[token]}, 3));
            m_table->setNumber(row, 3, double{tokens->losses.nll[token]},
                               formatFixed(double{tokens->losses.nll[token]}, 3));
        }
    }
    m_table->end();
    m_table->sortByColumn(1, Qt::DescendingOrder);
    if (m_table->rowCount() > 0)
        m_table->selectRow(0);
}

void TokensView::showRow() {
    const auto rows = m_table->selectionModel()->selectedRows();
    const int key = rows.isEmpty() ? -1 : m_table->keyOf(rows.first().row());
    if (key < 0 || !m_shown)
        return;
    const std::int64_t window = key / m_shown->windows.sequenceLength;
    if (window != m_window) {
        m_window = window;
        m_text->setWindow(m_shown, window, windowPieces(*m_shown, *m_diagnosis.current().model, window));
        predict(window);
    }
    m_text->showToken(static_cast<std::size_t>(key % m_shown->windows.sequenceLength) + 1);
}

void TokensView::predict(std::int64_t window) {
    const auto project = m_diagnosis.services().session.project();
    m_diagnosis.services().jobs.cancel(m_job);
    const auto texts = std::make_shared<std::vector<QString>>();
    JobRequest request;
    request.title = tr("Predictions of %1").arg(m_diagnosis.runName());
    request.quiet = true;
    request.context = this;
    request.work = [project, bench = m_diagnosis.services().session.workbench(), shown = m_shown, window, texts,
                    model = m_diagnosis.current().model, name = m_diagnosis.runName().toStdString()](JobContext& job) {
        const Run* run = project->findRun(name);
        if (!run)
            return;
        const auto ids =
            shown->windows.window(window).first(static_cast<std::size_t>(shown->windows.validLength(window)));
        *texts = predictionTexts(predictWindow(*bench, *project, *run, ids, kLikeliest, job), model->tokenizer);
    };
    request.onFinished = [this, window, texts](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done && window == m_window)
            m_text->setPredictions(std::move(*texts));
    };
    m_job = m_diagnosis.services().jobs.submit(std::move(request));
}

} // namespace vernier::ui
