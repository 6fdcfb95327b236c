#include "ui/runs/queue_panel.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/text.h"
#include "ui/plots/padded_delegate.h"
#include "ui/plots/section_title.h"
#include "ui/runs/queue_model.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QTreeView>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kNameWidth = 190, kSettingsWidth = 250, kSetWidth = 150;

QPushButton* button(const QString& text, const QString& name, const QString& toolTip, QWidget* parent) {
    auto* made = new QPushButton(text, parent);
    made->setObjectName(name);
    made->setToolTip(toolTip);
    return made;
}

} // namespace

QueuePanel::QueuePanel(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new QueueModel(services, this)), m_list(new QTreeView(this)),
      m_summary(new QLabel(this)),
      m_pause(button({}, QStringLiteral("pause"),
                     tr("Stop at once and start nothing; what was at work continues where it was"), this)),
      m_up(button(tr("Up"), QStringLiteral("up"), tr("Make the selected run earlier (Alt+Up)"), this)),
      m_down(button(tr("Down"), QStringLiteral("down"), tr("Make the selected run later (Alt+Down)"), this)),
      m_retry(button(tr("Try again"), QStringLiteral("retry"), tr("Let a failed or cancelled run wait again"), this)),
      m_cancel(button(tr("Remove"), QStringLiteral("remove"),
                      tr("Take the selected run out; stop it when it is at work (Del)"), this)) {
    m_list->setModel(m_model);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAlternatingRowColors(true);
    m_list->setItemDelegate(new PaddedDelegate(m_list));
    m_list->setAllColumnsShowFocus(true);
    m_list->setAccessibleName(tr("Queue"));
    m_list->header()->setStretchLastSection(true);
    m_list->setColumnWidth(QueueModel::Name, kNameWidth);
    m_list->setColumnWidth(QueueModel::Settings, kSettingsWidth);
    m_list->setColumnWidth(QueueModel::Set, kSetWidth);
    m_summary->setForegroundRole(QPalette::PlaceholderText);

    auto* header = new QHBoxLayout;
    header->addWidget(sectionTitle(tr("Queue"), this));
    header->addWidget(m_summary, 1);
    for (QPushButton* each : {m_up, m_down, m_retry, m_cancel, m_pause})
        header->addWidget(each);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(header);
    column->addWidget(m_list, 1);

    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_services.queue.isPaused())
            m_services.queue.resume();
        else
            m_services.queue.pause();
    });
    connect(m_up, &QPushButton::clicked, this, [this] { moveSelected(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { moveSelected(1); });
    connect(m_retry, &QPushButton::clicked, this, [this] { m_services.queue.retry(selected()); });
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_services.queue.cancel(selected()); });
    const auto shortcut = [this](QKeySequence keys, QPushButton* target) {
        auto* made = new QShortcut(keys, m_list, nullptr, nullptr, Qt::WidgetShortcut);
        connect(made, &QShortcut::activated, target, &QPushButton::click);
    };
    shortcut(Qt::ALT | Qt::Key_Up, m_up);
    shortcut(Qt::ALT | Qt::Key_Down, m_down);
    shortcut(Qt::Key_Delete, m_cancel);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePanel::refresh);
    connect(&services.queue, &RunQueueWorker::changed, this, &QueuePanel::refresh);
    refresh();
}

QString QueuePanel::selected() const {
    const QModelIndexList rows = m_list->selectionModel()->selectedRows();
    return rows.isEmpty() ? QString() : m_model->nameAt(rows.first().row());
}

void QueuePanel::select(const QString& name) {
    if (const int row = m_model->rowOf(name); row >= 0)
        m_list->setCurrentIndex(m_model->index(row, 0));
}

void QueuePanel::moveSelected(int places) {
    const QString name = selected(); // the model is reset by the move
    m_services.queue.move(name, places);
    select(name);
}

void QueuePanel::refresh() {
    const int rows = m_model->rowCount();
    setVisible(rows > 0);
    const QString name = selected();
    const int row = m_model->rowOf(name);
    const auto project = m_services.session.project();
    const QueuedRun* queued = project ? findOrder(project->queue, name.toStdString()) : nullptr;
    const bool isAtWork = !name.isEmpty() && name == m_services.queue.atWork();
    m_up->setEnabled(queued && row > 0);
    m_down->setEnabled(queued && row + 1 < rows);
    m_retry->setEnabled(queued && queued->state != QueuedState::Waiting);
    m_cancel->setEnabled(queued);
    m_cancel->setText(isAtWork ? tr("Cancel") : tr("Remove"));
    m_pause->setText(m_services.queue.isPaused() ? tr("Resume") : tr("Pause"));
    std::uint64_t waiting = 0, ended = 0;
    if (project)
        for (const QueuedRun& each : project->queue.runs)
            ++(each.state == QueuedState::Waiting ? waiting : ended);
    QString text = formatCount(waiting, tr("1 run to make"), tr("%1 runs to make"));
    if (ended > 0)
        text += tr(", %1 stopped").arg(formatCount(ended));
    if (m_services.queue.isPaused())
        text += tr(" · paused");
    m_summary->setText(text);
}

} // namespace vernier::ui
