#include "ui/diagnose/continuations_view.h"

#include "ui/bridge/text.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/plots/plot_colours.h"
#include "ui/plots/section_title.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTextEdit>

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr int kListWidth = 200;

/// The text with all from the first divergence on a colour.
void fill(QTextEdit& view, const Continuation& continuation) {
    QTextCursor cursor(view.document());
    QTextCharFormat plain, first, later;
    QColor colour = PlotColours::fromPalette(view.palette()).series(1);
    colour.setAlpha(200);
    first.setBackground(colour);
    colour.setAlpha(45);
    later.setBackground(colour);
    for (std::size_t i = 0; i < continuation.pieces.size(); ++i) {
        const bool apart = continuation.divergesAt && i >= *continuation.divergesAt;
        cursor.insertText(fromUtf8(continuation.pieces[i]), !apart                          ? plain
                                                            : i == *continuation.divergesAt ? first
                                                                                            : later);
    }
}

} // namespace

ContinuationsView::ContinuationsView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis), m_prompt(new QLineEdit), m_tokens(new QSpinBox),
      m_temperature(new QDoubleSpinBox), m_write(new QPushButton(tr("Write"))), m_runs(new QListWidget),
      m_texts(new QHBoxLayout) {
    m_prompt->setPlaceholderText(tr("Prompt; empty begins a text"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_tokens->setRange(1, 4096);
    m_tokens->setValue(96);
    m_tokens->setSuffix(tr(" tokens"));
    m_tokens->setAccessibleName(tr("Tokens"));
    m_temperature->setRange(0, 4);
    m_temperature->setSingleStep(0.1);
    m_temperature->setSpecialValueText(tr("greedy"));
    m_temperature->setPrefix(tr("temperature "));
    m_temperature->setToolTip(tr("0 takes the likeliest token; above, all draw with the same seed"));
    m_runs->setAccessibleName(tr("Runs that write"));
    m_runs->setMaximumWidth(kListWidth);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_prompt, 1);
    bar->addWidget(m_tokens);
    bar->addWidget(m_temperature);
    bar->addWidget(m_write);
    auto* body = new QHBoxLayout;
    auto* left = new QVBoxLayout;
    left->setSpacing(4);
    left->addWidget(sectionTitle(tr("Runs"), this));
    left->addWidget(m_runs, 1);
    body->addLayout(left);
    body->addLayout(m_texts, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(bar);
    column->addLayout(body, 1);

    connect(m_write, &QPushButton::clicked, this, &ContinuationsView::write);
    connect(m_prompt, &QLineEdit::returnPressed, this, &ContinuationsView::write);
    connect(&diagnosis, &Diagnosis::runChanged, this, &ContinuationsView::refresh);
    refresh();
    show({});
}

void ContinuationsView::refresh() {
    QStringList checked;
    for (int i = 0; i < m_runs->count(); ++i)
        if (m_runs->item(i)->checkState() == Qt::Checked)
            checked += m_runs->item(i)->text();
    const auto project = m_diagnosis.services().session.project();
    m_runs->clear();
    if (project)
        for (const Run& run : project->runs) {
            auto* item = new QListWidgetItem(QString::fromStdString(run.name), m_runs);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            const bool isOn = checked.contains(item->text()) || item->text() == m_diagnosis.runName();
            item->setCheckState(isOn ? Qt::Checked : Qt::Unchecked);
        }
    m_write->setEnabled(m_runs->count() > 0);
}

void ContinuationsView::write() {
    const auto project = m_diagnosis.services().session.project();
    ContinuationRequest wanted;
    for (int i = 0; i < m_runs->count(); ++i)
        if (m_runs->item(i)->checkState() == Qt::Checked)
            wanted.runs.push_back(m_runs->item(i)->text().toStdString());
    if (!project || wanted.runs.empty())
        return;
    wanted.prompt = m_prompt->text().toStdString();
    wanted.tokens = m_tokens->value();
    wanted.sampling.temperature = m_temperature->value();
    m_diagnosis.services().jobs.cancel(m_job);
    const auto result = std::make_shared<std::vector<Continuation>>();
    JobRequest request;
    request.title = tr("Continue a prompt with %1").arg(formatCount(wanted.runs.size(), tr("1 run"), tr("%1 runs")));
    request.context = this;
    request.work = [project, bench = m_diagnosis.services().session.workbench(), wanted, result](JobContext& job) {
        *result = continueWithRuns(*bench, *project, wanted, job);
    };
    request.onFinished = [this, result](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done) {
            show(*result);
            emit written();
        } else if (outcome.state == JobState::Failed) {
            emit m_diagnosis.services().session.error(outcome.error);
        }
    };
    m_job = m_diagnosis.services().jobs.submit(std::move(request));
}

void ContinuationsView::show(const std::vector<Continuation>& continuations) {
    while (QLayoutItem* item = m_texts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (continuations.empty()) {
        auto* hint = new QLabel(tr("“Write” lets full precision and the checked runs go on from the prompt"));
        hint->setForegroundRole(QPalette::PlaceholderText);
        hint->setAlignment(Qt::AlignCenter);
        m_texts->addWidget(hint, 1);
    }
    for (const Continuation& continuation : continuations) {
        auto* box = new QWidget;
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        QString title = fromUtf8(continuation.name);
        if (continuation.divergesAt)
            title += tr(" — apart from token %1").arg(*continuation.divergesAt + 1);
        else if (&continuation != &continuations.front())
            title += tr(" — the same");
        column->addWidget(sectionTitle(title, box));
        auto* text = new QTextEdit;
        text->setReadOnly(true);
        text->setAccessibleName(title);
        fill(*text, continuation);
        column->addWidget(text, 1);
        m_texts->addWidget(box, 1);
    }
}

} // namespace vernier::ui
