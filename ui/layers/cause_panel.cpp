#include "ui/layers/cause_panel.h"

#include "core/curate/set_edit.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/panel_parts.h"
#include "ui/plots/edit_actions.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/number_format.h"
#include "ui/plots/number_table.h"
#include "ui/plots/plot_colours.h"
#include "ui/plots/token_text.h"

#include <QAction>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace vernier::ui {

namespace {

enum Column { Text, Value, Channel, Window, Position, Document, Times };

constexpr qsizetype kBeside = 28; // characters of text on each side, on one line

} // namespace

CausePanel::CausePanel(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_finding(services.quickJobs, *this), m_heading(makeCaption({})),
      m_table(
          new NumberTable(tr("Tokens that caused the values"),
                          {tr("Token in its text"), tr("Value"), tr("Channel"), tr("Window"), tr("Position"),
                           tr("Document"), tr("In set")},
                          {tr("The token in brackets"), tr("Activation"), tr("Channel of the tap"),
                           tr("Window of the calibration, from 0"), tr("Position of the token in its window, from 0"),
                           tr("Where the document came from"), tr("How often the document stands in the set now")})),
      m_text(new QPlainTextEdit), m_times(new QMenu(this)) {
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setSectionResizeMode(Text, QHeaderView::Stretch);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    makeTokenText(*m_text);
    m_text->setAccessibleName(tr("Text around the token"));
    auto* split = new QSplitter(Qt::Horizontal);
    split->setObjectName(QStringLiteral("causesSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(m_table);
    split->addWidget(m_text);
    split->setSizes({820, 540});
    auto* column = makeColumn(this);
    column->addLayout(buildBar());
    column->addWidget(split, 1);
    connectAll();
    askAgain();
}

QLayout* CausePanel::buildBar() {
    auto* bar = new QHBoxLayout;
    bar->setSpacing(4);
    bar->addWidget(m_heading, 1);
    const auto addButton = [bar](QAction* action) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        bar->addWidget(button);
    };
    m_all = new QAction(tr("Whole tap"), this);
    m_all->setObjectName(QStringLiteral("wholeTap"));
    m_all->setToolTip(tr("List the largest values of the tap again, of any channel"));
    connect(m_all, &QAction::triggered, this, [this] {
        m_services.selection.selectChannel(-1);
        ask({});
    });
    addButton(m_all);
    addButton(addEdit(QStringLiteral("showDocument"), tr("Show in Data"),
                      tr("Show the selected document in the Data workspace (Enter)"), Qt::Key_Return,
                      &CausePanel::showDocument));
    addButton(addEdit(QStringLiteral("add"), tr("Add to set"),
                      tr("Put the documents back into the set that was calibrated on (K)"), Qt::Key_K,
                      &CausePanel::add));
    addButton(addEdit(QStringLiteral("exclude"), tr("Leave out"),
                      tr("Take the documents out of the set that was calibrated on (D); it can be undone"), Qt::Key_D,
                      &CausePanel::exclude));
    bar->addWidget(timesButton(*m_times, tr("How often the documents stand in the set that was calibrated on"),
                               [this](int times) { multiply(times); }));
    return bar;
}

QAction* CausePanel::addEdit(const QString& name, const QString& text, const QString& toolTip, const QKeySequence& key,
                             void (CausePanel::*act)()) {
    QAction* action = keyedAction(this, name, text, toolTip, key, [this, act] { (this->*act)(); });
    m_table->addAction(action);
    m_edits.push_back(action);
    return action;
}

void CausePanel::connectAll() {
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &CausePanel::showSelected);
    connect(m_table, &QTableWidget::cellDoubleClicked, this, &CausePanel::showDocument);
    connect(&m_services.selection, &Selection::tapChanged, this, &CausePanel::askAgain);
    connect(&m_services.selection, &Selection::channelChanged, this, &CausePanel::askAgain);
    StatisticsStore& store = m_services.statistics;
    connect(&store, &StatisticsStore::reset, this, &CausePanel::refresh);
    connect(&store, &StatisticsStore::sourceChanged, this, &CausePanel::refresh);
    connect(&store, &StatisticsStore::blockArrived, this, [this](int block) {
        if (block == m_services.selection.block())
            refresh();
    });
    connect(&m_services.model, &ModelProvider::changed, this, &CausePanel::refresh);
    connect(&m_services.session, &ProjectSession::projectReset, this, [this] {
        m_tokens.reset();
        refresh();
    });
    connect(&m_services.session, &ProjectSession::corpusChanged, this, [this] {
        if (m_tokens)
            showTimes();
        else
            refresh(); // an undone edit may give the calibration's windows again
    });
}

QString CausePanel::heading() const {
    return m_heading->text();
}

QString CausePanel::setName() const {
    return m_services.statistics.setName();
}

void CausePanel::askAboutValues(double low, double high) {
    if (low < high) {
        m_services.selection.selectChannel(-1);
        ask({.low = low, .high = high});
    } else {
        askAgain();
    }
}

void CausePanel::askAgain() {
    const int channel = m_services.selection.channel();
    ask(channel >= 0 ? KeptValuesQuery{.channel = channel} : KeptValuesQuery());
}

void CausePanel::ask(const KeptValuesQuery& query) {
    m_query = query;
    const bool isSome = query.low > KeptValuesQuery().low;
    emit valuesAsked(isSome ? query.low : 0, isSome ? query.high : 0);
    refresh();
}

void CausePanel::refresh() {
    if (!isVisible()) {
        m_isStale = true;
        return;
    }
    m_isStale = false;
    const StatisticsStore& store = m_services.statistics;
    const int tap = m_services.selection.group();
    CauseQuestion question{.block = store.block(m_services.selection.block()),
                           .tap = tap,
                           .kept = m_query,
                           .project = m_services.session.project(),
                           .model = m_services.model.model(),
                           .record = store.record(),
                           .tokens = {}};
    m_problem.clear();
    m_block = question.block;
    if (!question.block || tap < 0 || static_cast<std::size_t>(tap) >= question.block->taps.size()) {
        m_finding.cancel();
        m_block.reset();
        return take({});
    }
    const std::string windows = question.record ? question.record->windowsHash : std::string();
    if (m_tokensOf == windows)
        question.tokens = m_tokens;
    const auto found = std::make_shared<CauseList>();
    m_finding.start(
        tr("Find the causes of values"), [found, question](JobContext& job) { *found = findCauses(question, job); },
        [this, found, windows](const JobOutcome& outcome) {
            m_problem = outcome.error;
            if (outcome.state == JobState::Cancelled)
                return;
            m_tokens = found->tokens;
            m_tokensOf = windows;
            take(std::move(*found));
        });
}

void CausePanel::take(CauseList list) {
    m_causes = std::move(list);
    QString what = tr("Who caused this?");
    if (m_block) {
        const QString where =
            m_query.channel ? tr("channel %1").arg(*m_query.channel)
            : m_query.low > KeptValuesQuery().low
                ? tr("values from %1 to %2").arg(formatNumber(m_query.low), formatNumber(m_query.high))
                : tr("largest values of the tap");
        const QString shown = m_causes.values.size() < m_causes.kept
                                  ? tr("%1 of %2").arg(formatCount(m_causes.values.size()), formatCount(m_causes.kept))
                                  : formatCount(m_causes.kept);
        what += tr("  %1: %2 kept with their tokens, %3 counted").arg(where, shown, formatCount(m_causes.counted));
    }
    m_heading->setText(what);
    m_heading->setToolTip(tr("Calibration keeps the most extreme values of a tap and the largest of every channel with "
                             "the tokens that caused them; all others are only counted"));
    m_table->setEmptyText(emptyReason());
    m_table->begin(static_cast<int>(m_causes.values.size()));
    for (int row = 0; row < m_table->rowCount(); ++row)
        fillRow(row, m_causes.values[static_cast<std::size_t>(row)]);
    showTimes();
    m_table->setSortingEnabled(false); // keeps the order of the list until a heading is clicked
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_table->end();
    if (m_table->rowCount() > 0)
        m_table->selectRow(0);
    showSelected();
    emit listed();
}

void CausePanel::fillRow(int row, const ReportedExtreme& value) {
    const QString token = onOneLine(readableText(fromUtf8(value.token)));
    const QString before = onOneLine(readableText(fromUtf8(value.before))).right(kBeside);
    const QString after = onOneLine(readableText(fromUtf8(value.after))).left(kBeside);
    m_table->setText(row, Text, value.place ? QStringLiteral("%1[%2]%3").arg(before, token, after) : tr("not known"),
                     row);
    m_table->setNumber(row, Value, double{value.extreme.value}, formatNumber(double{value.extreme.value}));
    m_table->setNumber(row, Channel, value.extreme.channel, QString::number(value.extreme.channel));
    const double nowhere = std::numeric_limits<double>::quiet_NaN();
    m_table->setNumber(row, Window, value.place ? static_cast<double>(value.place->window) : nowhere,
                       value.place ? QString::number(value.place->window) : QString());
    m_table->setNumber(row, Position, value.place ? value.place->position : nowhere,
                       value.place ? QString::number(value.place->position) : QString());
    const QString source = fromUtf8(value.source);
    m_table->setText(row, Document, source.section(QLatin1Char('/'), -1));
    m_table->item(row, Document)->setToolTip(source);
}

void CausePanel::showTimes() {
    const auto project = m_services.session.project();
    std::unordered_map<std::uint32_t, int> times;
    for (const ReportedExtreme& value : m_causes.values)
        times.emplace(value.document, 0);
    if (const CalibrationSet* set = project ? project->findSet(setName().toStdString()) : nullptr)
        for (const std::uint32_t document : set->documents)
            if (const auto listed = times.find(document); listed != times.end())
                ++listed->second;
    const bool sorted = m_table->isSortingEnabled();
    m_table->setSortingEnabled(false);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const ReportedExtreme& value = m_causes.values[static_cast<std::size_t>(m_table->keyOf(row))];
        const int stands = times[value.document];
        m_table->setNumber(row, Times, stands, value.place ? tr("×%1").arg(stands) : QString());
    }
    m_table->setSortingEnabled(sorted);
    updateActions();
}

const ReportedExtreme* CausePanel::selected() const {
    const int key = m_table->keyOf(m_table->currentRow());
    return key >= 0 && static_cast<std::size_t>(key) < m_causes.values.size()
               ? &m_causes.values[static_cast<std::size_t>(key)]
               : nullptr;
}

void CausePanel::showSelected() {
    const ReportedExtreme* value = selected();
    const QString before = value ? readableText(fromUtf8(value->before)) : QString();
    const QString token = value ? readableText(fromUtf8(value->token)) : QString();
    m_from = before.size();
    m_to = m_from + token.size();
    m_text->setPlaceholderText(value ? unnamedReason() : QString());
    m_text->setPlainText(value ? before + token + readableText(fromUtf8(value->after)) : QString());
    markToken();
    QTextCursor cursor(m_text->document());
    cursor.setPosition(static_cast<int>(m_from));
    m_text->setTextCursor(cursor);
    m_text->centerCursor();
    updateActions();
}

void CausePanel::markToken() {
    QTextCharFormat format;
    QColor colour = PlotColours::fromPalette(palette()).warning;
    colour.setAlpha(110);
    format.setBackground(colour);
    format.setFontWeight(QFont::Bold);
    format.setFontUnderline(true);
    formatTokens(*m_text, m_to > m_from ? 1 : 0, [&](std::size_t) { return TokenFormat{m_from, m_to, format}; });
}

void CausePanel::updateActions() {
    const bool any = !documents().empty();
    for (QAction* action : m_edits)
        action->setEnabled(any);
    m_times->setEnabled(any);
    m_all->setEnabled(m_query != KeptValuesQuery());
}

QString CausePanel::emptyReason() const {
    if (!m_problem.isEmpty())
        return m_problem;
    if (!m_services.selection.hasTap())
        return tr("Select a tap in the list; then click a bar of its histogram or a channel");
    if (!m_block)
        return tr("Block %1 has no statistics yet").arg(m_services.selection.block());
    if (m_query.channel)
        return tr("Channel %1 was 0 at every token").arg(*m_query.channel);
    if (m_causes.counted == 0)
        return tr("No value lies from %1 to %2").arg(formatNumber(m_query.low), formatNumber(m_query.high));
    return tr("%1 values lie from %2 to %3, and none of them was kept with its token: calibration keeps the %4 most "
              "extreme values of a tap and the largest of every channel. Click further out, or a channel.")
        .arg(formatCount(m_causes.counted), formatNumber(m_query.low), formatNumber(m_query.high),
             formatCount(m_block->taps[static_cast<std::size_t>(m_services.selection.group())].extremes.capacity()));
}

QString CausePanel::unnamedReason() const {
    if (!m_services.statistics.record())
        return tr("The texts are known once the calibration has ended");
    if (!m_services.model.model())
        return tr("The model is not open, and its tokenizer says what the tokens are");
    return tr("The set %1 or the model has changed since this calibration: undo the change, or calibrate again, to see "
              "which texts these were")
        .arg(setName());
}

std::vector<std::uint32_t> CausePanel::documents() const {
    std::vector<std::uint32_t> chosen;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        if (const int key = m_table->keyOf(index.row());
            key >= 0 && m_causes.values[static_cast<std::size_t>(key)].place)
            chosen.push_back(m_causes.values[static_cast<std::size_t>(key)].document);
    std::ranges::sort(chosen);
    chosen.erase(std::ranges::unique(chosen).begin(), chosen.end());
    return chosen;
}

void CausePanel::showDocument() {
    const ReportedExtreme* value = selected();
    if (!value || !value->place)
        return;
    emit m_services.navigator.documentRequested(value->document, setName());
    emit m_services.navigator.pageRequested(page::kData);
}

void CausePanel::add() {
    m_services.session.sets().edit(
        setName(), [chosen = documents()](const CalibrationSet& set) { return addDocuments(set, chosen); });
}

void CausePanel::exclude() {
    m_services.session.sets().edit(
        setName(), [chosen = documents()](const CalibrationSet& set) { return excludeDocuments(set, chosen); });
}

void CausePanel::multiply(int times) {
    m_services.session.sets().edit(setName(), [chosen = documents(), times](const CalibrationSet& set) {
        return multiplyDocuments(set, chosen, times);
    });
}

void CausePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale)
        refresh();
}

void CausePanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        markToken();
}

} // namespace vernier::ui
