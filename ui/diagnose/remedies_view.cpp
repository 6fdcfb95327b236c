#include "ui/diagnose/remedies_view.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/text.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/plots/number_table.h"
#include "ui/runs/linear_label.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

QString signedBytes(std::int64_t bytes) {
    if (bytes == 0)
        return QStringLiteral("0");
    const QString size = formatBytes(static_cast<std::uint64_t>(bytes < 0 ? -bytes : bytes));
    return (bytes < 0 ? QStringLiteral("−") : QStringLiteral("+")) + size;
}

} // namespace

RemediesView::RemediesView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis),
      m_table(new NumberTable(tr("What would help"),
                              {tr("Linear"), tr("Change"), tr("For"), tr("KL alone now"), tr("KL expected"),
                               tr("Error now"), tr("Error then"), tr("Size")},
                              {tr("The linears that lose most alone"), tr("What was tried"),
                               tr("Whether the change is for this linear alone or has to be for the whole run"),
                               tr("Measured: mean KL divergence with this linear alone quantized, nats"),
                               tr("As far as KL grows in proportion to the error, nats"),
                               tr("Relative output error, solved under the calibration's Grams"),
                               tr("The same with the change"), tr("That this linear takes more")})),
      m_hint(new QLabel), m_order(new QPushButton(tr("Prepare a run with this"))) {
    m_table->setEmptyText(tr("“Measure” with “Every linear alone” tries what would help the worst linears"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setWordWrap(true);
    m_order->setToolTip(tr("Fills the form in Runs with the run's settings and this change"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_hint, 1);
    bar->addWidget(m_order);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_table, 1);
    column->addLayout(bar);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &RemediesView::refreshButton);
    connect(m_table, &QTableWidget::itemDoubleClicked, this, &RemediesView::orderSelected);
    connect(m_order, &QPushButton::clicked, this, &RemediesView::orderSelected);
    connect(&diagnosis, &Diagnosis::runChanged, this, &RemediesView::refresh);
    connect(&diagnosis, &Diagnosis::measured, this, &RemediesView::refresh);
    refresh();
}

void RemediesView::refresh() {
    const auto& remedies = m_diagnosis.current().remedies;
    m_table->begin(static_cast<int>(remedies.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const Remedy& remedy = remedies[static_cast<std::size_t>(row)];
        m_table->setText(row, 0, linearLabel(remedy.linear), row);
        m_table->item(row, 0)->setToolTip(fromUtf8(remedy.linear));
        m_table->setText(row, 1, fromUtf8(remedy.text), row);
        m_table->setText(row, 2, remedy.everywhere ? tr("whole run") : tr("this linear"), row);
        m_table->setNumber(row, 3, remedy.kl, formatSignificant(remedy.kl));
        m_table->setNumber(row, 4, remedy.expectedKl(), formatSignificant(remedy.expectedKl()));
        m_table->setNumber(row, 5, remedy.before, formatSignificant(remedy.before));
        m_table->setNumber(
            row, 6, remedy.after,
            tr("%1 (−%2)").arg(formatSignificant(remedy.after), formatPercent(1 - remedy.after / remedy.before, 0)));
        m_table->setNumber(row, 7, static_cast<double>(remedy.bytes), signedBytes(remedy.bytes));
    }
    m_table->end();
    m_table->sortByColumn(3, Qt::DescendingOrder);
    refreshButton();
}

void RemediesView::refreshButton() {
    m_order->setEnabled(!m_table->selectionModel()->selectedRows().isEmpty());
    m_hint->setText(m_diagnosis.current().remedies.empty()
                        ? QString()
                        : tr("Solved again from the calibration's Grams, linear by linear; what it means for the whole "
                             "run shows once that is made"));
}

void RemediesView::orderSelected() {
    const auto rows = m_table->selectionModel()->selectedRows();
    const Run* run = m_diagnosis.run();
    const int key = rows.isEmpty() ? -1 : m_table->keyOf(rows.first().row());
    if (key < 0 || !run)
        return;
    const Remedy& remedy = m_diagnosis.current().remedies.at(static_cast<std::size_t>(key));
    emit m_diagnosis.services().navigator.runRequested(remedy.settings, fromUtf8(run->calibration.setName), QString());
}

} // namespace vernier::ui
