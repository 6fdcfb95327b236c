#include "ui/diagnose/diagnose_page.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/text.h"
#include "ui/diagnose/blocks_view.h"
#include "ui/diagnose/continuations_view.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/diagnose/domains_view.h"
#include "ui/diagnose/linears_view.h"
#include "ui/diagnose/remedies_view.h"
#include "ui/diagnose/tokens_view.h"
#include "ui/plots/empty_state.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabWidget>

namespace vernier::ui {

DiagnosePage::DiagnosePage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_diagnosis(new Diagnosis(services, this)), m_pages(new QStackedWidget),
      m_views(new QTabWidget) {
    auto* empty = new EmptyState;
    empty->setContent(tr("No run to look at"), tr("Quantize the model first; then see here where its accuracy went"),
                      tr("Go to Runs"));
    connect(empty, &EmptyState::actionTriggered, this,
            [this] { emit m_services.navigator.pageRequested(page::kRuns); });
    m_views->setDocumentMode(true);
    m_views->addTab(new BlocksView(*m_diagnosis), tr("Blocks"));
    m_views->addTab(new LinearsView(*m_diagnosis), tr("Linears"));
    m_views->addTab(new RemediesView(*m_diagnosis), tr("Remedies"));
    m_views->addTab(new TokensView(*m_diagnosis), tr("Tokens"));
    m_views->addTab(new DomainsView(*m_diagnosis), tr("Domains"));
    m_views->addTab(new ContinuationsView(*m_diagnosis), tr("Continuations"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(buildBar());
    column->addWidget(m_views, 1);
    m_pages->addWidget(empty);
    m_pages->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(m_pages);
    connect(m_diagnosis, &Diagnosis::runChanged, this, &DiagnosePage::refresh);
    refresh();
}

QWidget* DiagnosePage::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_runs = new QComboBox;
    m_runs->setAccessibleName(tr("Run"));
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_summary = new QLabel;
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_windows = new QSpinBox;
    m_windows->setRange(1, 1 << 16);
    m_windows->setValue(kDiagnoseWindows);
    m_windows->setSuffix(tr(" windows"));
    m_windows->setAccessibleName(tr("Windows"));
    m_windows->setToolTip(tr("Windows of the set “evaluation” to measure on"));
    m_sensitivities = new QCheckBox(tr("Every linear alone"));
    m_sensitivities->setChecked(true);
    m_sensitivities->setToolTip(tr("Measures the sensitivity of every linear: about half a forward pass for each"));
    m_measure = new QPushButton(tr("Measure"));
    m_measure->setToolTip(tr("Measures where the run loses against full precision"));
    row->addWidget(m_runs);
    row->addWidget(m_summary, 1);
    row->addWidget(m_windows);
    row->addWidget(m_sensitivities);
    row->addWidget(m_measure);
    connect(m_runs, &QComboBox::currentTextChanged, m_diagnosis, &Diagnosis::selectRun);
    connect(m_measure, &QPushButton::clicked, this,
            [this] { m_diagnosis->measure(m_windows->value(), m_sensitivities->isChecked()); });
    return bar;
}

bool DiagnosePage::isEmpty() const {
    return m_pages->currentIndex() == 0;
}

void DiagnosePage::refresh() {
    const auto project = m_services.session.project();
    const QSignalBlocker quiet(m_runs);
    m_runs->clear();
    if (project)
        for (const Run& run : project->runs)
            m_runs->addItem(QString::fromStdString(run.name));
    m_runs->setCurrentText(m_diagnosis->runName());
    m_pages->setCurrentIndex(m_runs->count() > 0 ? 1 : 0);
    const Run* run = m_diagnosis->run();
    m_summary->clear();
    if (!run)
        return;
    const bool hasText = project->findSet("evaluation") != nullptr;
    m_measure->setEnabled(hasText);
    QStringList parts{methodTitle(name(run->settings.method)), fromUtf8(run->settings.scheme.text())};
    if (const std::string activations = run->settings.activations.text(); !activations.empty())
        parts += fromUtf8(activations);
    if (run->evaluation && run->evaluation->kl)
        parts += tr("KL %1 nats").arg(formatSignificant(*run->evaluation->kl));
    if (!hasText)
        parts += tr("to measure, import text with the tag “evaluation”");
    m_summary->setText(parts.join(QStringLiteral(" · ")));
}

} // namespace vernier::ui
