#include "ui/compare/compare_table.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_arrangement.h"
#include "ui/bridge/text.h"
#include "ui/plots/elided_label.h"
#include "ui/runs/run_table_view.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace vernier::ui {

namespace {

const QString kHiddenColumnsKey = QStringLiteral("compare/hiddenColumns");
constexpr qsizetype kDomainsShown = 3; ///< with more, their columns wait to be asked for

QToolButton* button(const QString& text, const QString& toolTip, QWidget* parent) {
    auto* made = new QToolButton(parent);
    made->setText(text);
    made->setToolTip(toolTip);
    made->setAccessibleName(text);
    return made;
}

/// "damp_percent 0.01"; the method alone, since its name says it all.
QString settingText(const Setting& setting) {
    return setting.name == "method" ? methodTitle(setting.value)
                                    : fromUtf8(setting.name) + QLatin1Char(' ') + fromUtf8(setting.value);
}

} // namespace

CompareTable::CompareTable(const Services& services, RunTableModel& model, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(model), m_view(new RunTableView(services, model, this)),
      m_shared(new ElidedLabel(Qt::ElideRight, this)), m_summary(new QLabel(this)) {
    m_shared->setForegroundRole(QPalette::PlaceholderText);
    m_shared->setAccessibleName(tr("Settings that all runs share"));
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 6);
    column->setSpacing(4);
    column->addWidget(buildBar());
    auto* line = new QHBoxLayout;
    line->addWidget(m_shared, 1);
    line->addWidget(m_summary);
    column->addLayout(line);
    column->addWidget(m_view, 1);
    connect(&m_view->arrangement(), &RunArrangement::arranged, this, &CompareTable::arranged);
    connect(m_view, &RunTableView::columnsChosen, this, &CompareTable::storeColumns);
    connect(m_view, &RunTableView::runSelectionChanged, this, &CompareTable::refreshHidden);
    arranged();
}

QWidget* CompareTable::buildBar() {
    auto* bar = new QWidget(this);
    RunArrangement& runs = m_view->arrangement();
    m_filter = new QLineEdit(bar);
    m_filter->setPlaceholderText(tr("Filter by name, tag, setting or note"));
    m_filter->setAccessibleName(tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    connect(m_filter, &QLineEdit::textChanged, &runs, &RunArrangement::setFilter);

    m_grouping = new QComboBox(bar);
    m_grouping->setAccessibleName(tr("Groups"));
    m_grouping->setToolTip(tr("Puts runs together under headings; a click on a heading folds its group"));
    for (const auto& [text, grouping] :
         {std::pair(tr("No groups"), RunGrouping::None), std::pair(tr("By method"), RunGrouping::Method),
          std::pair(tr("By bits"), RunGrouping::Bits), std::pair(tr("By set"), RunGrouping::Set),
          std::pair(tr("By tag"), RunGrouping::Tag)})
        m_grouping->addItem(text, static_cast<int>(grouping));
    connect(m_grouping, &QComboBox::currentIndexChanged, this,
            [this, &runs] { runs.setGrouping(static_cast<RunGrouping>(m_grouping->currentData().toInt())); });

    m_fold = new QCheckBox(tr("Fold equal settings"), bar);
    m_fold->setChecked(true);
    m_fold->setToolTip(tr("Takes columns of settings that all runs share out of the table; the line below tells them"));
    connect(m_fold, &QCheckBox::toggled, this, &CompareTable::foldColumns);

    auto* columns = button(tr("Columns"), tr("Chooses the columns"), bar);
    columns->setPopupMode(QToolButton::InstantPopup);
    auto* columnMenu = new QMenu(columns);
    columns->setMenu(columnMenu);
    connect(columnMenu, &QMenu::aboutToShow, this, [this, columnMenu] {
        columnMenu->clear();
        m_view->addColumnActions(*columnMenu);
    });

    m_hide = button(tr("Hide"), tr("Hides the selected runs from table and plots; they stay in the project"), bar);
    connect(m_hide, &QToolButton::clicked, this, [this, &runs] {
        const QStringList names = m_view->selectedRuns();
        const bool areHidden =
            std::ranges::all_of(names, [&](const QString& run) { return runs.hidden().contains(run); });
        areHidden ? runs.unhideRuns(names) : runs.hideRuns(names);
    });
    m_showHidden = button(tr("Show hidden"), tr("Shows hidden runs among the others, struck through"), bar);
    m_showHidden->setCheckable(true);
    connect(m_showHidden, &QToolButton::toggled, &runs, &RunArrangement::setHiddenShown);

    auto* copy = button(tr("Copy CSV"), tr("Copies the runs and columns in sight, with full precision"), bar);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_view->csv()); });
    auto* save = button(tr("Export…"), tr("Writes the runs and columns in sight to a CSV file"), bar);
    connect(save, &QToolButton::clicked, this, &CompareTable::askForExport);
    m_count = new QLabel(bar);
    m_count->setForegroundRole(QPalette::PlaceholderText);

    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_filter, 1);
    row->addWidget(m_grouping);
    row->addWidget(m_fold);
    row->addWidget(columns);
    row->addWidget(m_hide);
    row->addWidget(m_showHidden);
    row->addStretch();
    row->addWidget(m_count);
    row->addWidget(copy);
    row->addWidget(save);
    return bar;
}

QString CompareTable::sharedText() const {
    return m_shared->text();
}

void CompareTable::arranged() {
    const RunArrangement& runs = m_view->arrangement();
    const auto all = m_model.rows().size();
    m_count->setText(runs.shown().size() == all ? formatCount(all, tr("1 run"), tr("%1 runs"))
                                                : tr("%1 of %2 runs").arg(runs.shown().size()).arg(all));
    QStringList parts;
    // The method first, and what says most.
    for (const char* name : {"method", "bits", "group_size"})
        for (const Setting& setting : runs.settings().equal)
            if (setting.name == name)
                parts += settingText(setting);
    for (const Setting& setting : runs.settings().equal)
        if (setting.name != "method" && setting.name != "bits" && setting.name != "group_size")
            parts += settingText(setting);
    m_shared->setText(
        parts.isEmpty() || runs.shown().size() < 2 ? QString() : tr("All: %1").arg(parts.join(QStringLiteral(" · "))));
    refreshSummary();
    refreshHidden();
    if (m_chosen.isEmpty() || m_domains != m_model.domains()) {
        m_chosen = storedColumns();
        m_domains = m_model.domains();
    }
    foldColumns();
}

void CompareTable::refreshSummary() {
    QStringList parts;
    if (m_model.baselineRow() >= 0)
        parts += tr("Against %1: ▲ better, ▼ worse")
                     .arg(fromUtf8(m_model.rows()[static_cast<std::size_t>(m_model.baselineRow())].run));
    const auto project = m_services.session.project();
    const Run* measured = nullptr;
    if (project)
        for (const Run& run : project->runs)
            if (run.evaluation && run.evaluation->referencePerplexity)
                measured = &run;
    if (measured)
        parts += tr("Full precision: perplexity %1 on “%2”, %3 scored tokens")
                     .arg(formatFixed(*measured->evaluation->referencePerplexity, 4),
                          fromUtf8(measured->evaluation->dataName),
                          formatCount(static_cast<std::uint64_t>(measured->evaluation->scoredTokens)));
    m_summary->setText(parts.join(QStringLiteral("  ·  ")));
}

void CompareTable::foldColumns() {
    const RunArrangement& runs = m_view->arrangement();
    const auto isEqual = [&](int column) {
        if (column == RunTableModel::Settings)
            return std::ranges::all_of(runs.shown(),
                                       [&](const ComparisonRow* row) { return runs.otherSettings(*row).isEmpty(); });
        return column >= RunTableModel::Method && column <= RunTableModel::Set && runs.shown().size() > 1 &&
               std::ranges::all_of(runs.shown(), [&](const ComparisonRow* row) {
                   return m_model.text(*row, column) == m_model.text(*runs.shown().front(), column);
               });
    };
    m_isFolding = true;
    m_folded.clear();
    for (int column = 0; column < m_model.columnCount(); ++column) {
        if (m_fold->isChecked() && isEqual(column))
            m_folded.append(column);
        const bool isShown = m_chosen.contains(column) && !m_folded.contains(column);
        if (isShown == m_view->isColumnHidden(column))
            m_view->setColumnShown(column, isShown);
    }
    m_isFolding = false;
}

void CompareTable::refreshHidden() {
    const RunArrangement& runs = m_view->arrangement();
    const QStringList names = m_view->selectedRuns();
    const bool areHidden =
        !names.isEmpty() && std::ranges::all_of(names, [&](const QString& run) { return runs.hidden().contains(run); });
    m_hide->setText(areHidden ? tr("Unhide") : tr("Hide"));
    m_hide->setEnabled(!names.isEmpty());
    const auto hidden = std::ranges::count_if(
        m_model.rows(), [&](const ComparisonRow& row) { return runs.hidden().contains(fromUtf8(row.run)); });
    m_showHidden->setText(tr("Show hidden (%1)").arg(hidden));
    m_showHidden->setVisible(hidden > 0);
}

QList<int> CompareTable::storedColumns() const {
    const QSettings settings;
    const QStringList hidden = settings.value(kHiddenColumnsKey).toStringList();
    QList<int> columns;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        const QString title = m_model.headerData(column, Qt::Horizontal).toString();
        const bool isDomain = column >= RunTableModel::ColumnCount;
        if (!hidden.contains(title) && !(isDomain && m_model.domains().size() > kDomainsShown))
            columns.append(column);
    }
    return columns;
}

void CompareTable::storeColumns() {
    if (m_isFolding)
        return;
    // Columns that are folded just now stay wanted.
    QStringList hidden;
    QList<int> chosen;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        const bool isFolded = m_chosen.contains(column) && m_folded.contains(column);
        if (!m_view->isColumnHidden(column) || isFolded)
            chosen.append(column);
        else
            hidden.append(m_model.headerData(column, Qt::Horizontal).toString());
    }
    m_chosen = chosen;
    QSettings().setValue(kHiddenColumnsKey, hidden);
}

bool CompareTable::exportCsv(const QString& path) const {
    const QByteArray text = m_view->csv().toUtf8();
    try {
        writeFile(toPath(path), std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    } catch (const Error& error) {
        emit m_services.session.refused(fromUtf8(error.what()));
        return false;
    }
    emit m_services.session.message(tr("The table is in %1").arg(path));
    return true;
}

void CompareTable::askForExport() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Export the table"), QStringLiteral("runs.csv"),
                                                      tr("Comma-separated values (*.csv)"));
    if (!path.isEmpty())
        exportCsv(path);
}

} // namespace vernier::ui
