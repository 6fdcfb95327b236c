#include "ui/tokens/token_loss_view.h"

#include "ui/bridge/text.h"
#include "ui/plots/number_table.h"
#include "ui/plots/token_text.h"
#include "ui/tokens/loss_text.h"

#include <QHeaderView>
#include <QSplitter>
#include <QVBoxLayout>

#include <utility>

namespace vernier::ui {

std::vector<QString> predictionTexts(const std::vector<std::vector<Prediction>>& predictions,
                                     const Tokenizer& tokenizer) {
    std::vector<QString> texts;
    for (const std::vector<Prediction>& likely : predictions) {
        QStringList parts;
        for (const Prediction& prediction : likely)
            parts += QStringLiteral("“%1” %2").arg(onOneLine(fromUtf8(tokenizer.decode({prediction.id}))),
                                                   formatPercent(prediction.probability, 1));
        texts.push_back(parts.join(QStringLiteral(", ")));
    }
    return texts;
}

TokenLossView::TokenLossView(JobRunner& jobs, const QString& emptyText, const QString& textHint, QWidget* parent)
    : QWidget(parent), m_jobs(jobs),
      m_table(new NumberTable(
          tr("Tokens that lost most"), {tr("Text and token"), tr("Difference"), tr("Full precision"), tr("This run")},
          {tr("The token in brackets, with what stands before it"), tr("Loss of the one less that of the other, nats"),
           tr("Loss, nats"), tr("Loss, nats")})),
      m_text(new LossText) {
    m_table->setEmptyText(emptyText);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTextElideMode(Qt::ElideLeft); // the token stands at the end
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_text->setPlaceholderText(textHint);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_table);
    split->addWidget(m_text);
    split->setSizes({1000, 1000});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(split);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &TokenLossView::showRow);
}

void TokenLossView::setContent(TokenLossContent content) {
    m_jobs.cancel(m_job);
    m_content = std::move(content);
    m_window = -1;
    m_text->clearText();
    m_text->setReferenceName(m_content.second);
    m_table->begin(0);
    if (const auto& tokens = m_content.tokens) {
        m_table->begin(static_cast<int>(m_content.worst.size()));
        for (int row = 0; row < m_table->rowCount(); ++row) {
            const auto& [token, text] = m_content.worst[static_cast<std::size_t>(row)];
            m_table->setText(row, 0, text, static_cast<int>(token));
            const double difference = tokens->difference(token);
            m_table->setNumber(row, 1, difference,
                               (difference > 0 ? QStringLiteral("+") : QString()) + formatFixed(difference, 3));
            m_table->setNumber(row, 2, double{tokens->losses.referenceNll[token]},
                               formatFixed(double{tokens->losses.referenceNll[token]}, 3));
            m_table->setNumber(row, 3, double{tokens->losses.nll[token]},
                               formatFixed(double{tokens->losses.nll[token]}, 3));
        }
    }
    m_table->end();
    if (!m_content.first.isEmpty()) {
        m_table->horizontalHeaderItem(2)->setText(m_content.second);
        m_table->horizontalHeaderItem(3)->setText(m_content.first);
    }
    m_table->sortByColumn(1, Qt::DescendingOrder);
    if (m_table->rowCount() > 0)
        m_table->selectRow(0);
}

void TokenLossView::showRow() {
    const auto rows = m_table->selectionModel()->selectedRows();
    const int key = rows.isEmpty() ? -1 : m_table->keyOf(rows.first().row());
    const auto& tokens = m_content.tokens;
    if (key < 0 || !tokens)
        return;
    const std::int64_t window = key / tokens->windows.sequenceLength;
    if (window != m_window) {
        m_window = window;
        m_text->setWindow(tokens, window, windowPieces(*tokens, *m_content.model, window));
        predict(window);
    }
    m_text->showToken(static_cast<std::size_t>(key % tokens->windows.sequenceLength) + 1);
}

void TokenLossView::predict(std::int64_t window) {
    m_jobs.cancel(m_job);
    if (!m_content.predict)
        return;
    const auto texts = std::make_shared<std::vector<QString>>();
    JobRequest request;
    request.title = tr("Predictions of %1").arg(m_content.first);
    request.quiet = true;
    request.context = this;
    request.work = [tokens = m_content.tokens, window, texts, predict = m_content.predict](JobContext& job) {
        *texts = predict(
            tokens->windows.window(window).first(static_cast<std::size_t>(tokens->windows.validLength(window))), job);
    };
    request.onFinished = [this, window, texts](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done && window == m_window)
            m_text->setPredictions(std::move(*texts));
    };
    m_job = m_jobs.submit(std::move(request));
}

} // namespace vernier::ui
