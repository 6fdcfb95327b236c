#include "ui/shell/start_page.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/shell/icons.h"
#include "ui/shell/job_list_model.h"
#include "ui/shell/project_commands.h"

#include <QCommandLinkButton>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kColumnWidth = 540;

QLabel* heading(const QString& text, double scale, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setBold(true);
    label->setFont(font);
    return label;
}

QLabel* muted(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(true);
    return label;
}

/// Puts a column of fixed width in the middle of the page.
QVBoxLayout* centredColumn(QWidget* page) {
    auto* column = new QWidget(page);
    column->setFixedWidth(kColumnWidth);
    auto* inside = new QVBoxLayout(column);
    inside->setContentsMargins(0, 0, 0, 0);
    auto* rows = new QVBoxLayout(page);
    rows->addStretch(2);
    rows->addWidget(column, 0, Qt::AlignHCenter);
    rows->addStretch(3);
    return inside;
}

} // namespace

StartPage::StartPage(const Services& services, ProjectCommands& commands, QWidget* parent)
    : QWidget(parent), m_services(services), m_commands(commands), m_pages(new QStackedLayout(this)) {
    m_pages->addWidget(buildWelcome());
    m_pages->addWidget(buildProgress());
    connect(&commands, &ProjectCommands::recentChanged, this, &StartPage::refreshRecent);
    connect(&services.jobs, &JobRunner::jobAdded, this, &StartPage::refreshProgress);
    connect(&services.jobs, &JobRunner::jobChanged, this, &StartPage::refreshProgress);
    connect(&services.jobs, &JobRunner::jobFinished, this, &StartPage::refreshProgress);
    refreshRecent();
}

QWidget* StartPage::buildWelcome() {
    auto* page = new QWidget(this);
    QVBoxLayout* column = centredColumn(page);
    column->setSpacing(6);
    column->addWidget(heading(tr("Vernier"), 2.2, page));
    column->addWidget(muted(tr("Calibrate and quantize language models, and see where accuracy goes"), page));
    column->addSpacing(14);
    column->addWidget(actionCard(QStringLiteral("demo"), tr("Try the demo"),
                                 tr("A small model and its texts, calibrated and quantized in about a minute"),
                                 &ProjectCommands::tryDemo));
    column->addWidget(
        actionCard(QStringLiteral("open"), tr("Open project…"), tr("A .vernier file"), &ProjectCommands::openProject));
    column->addWidget(actionCard(QStringLiteral("import"), tr("Import text…"),
                                 tr("Start a project from .txt, .md, .jsonl or .json files"),
                                 &ProjectCommands::importText));
    m_recentBox = new QWidget(page);
    m_recent = new QVBoxLayout(m_recentBox);
    m_recent->setContentsMargins(10, 10, 0, 0);
    m_recent->setSpacing(4);
    column->addWidget(m_recentBox);
    column->addSpacing(10);
    QLabel* hint = muted(tr("Or drop a project, a model folder or text files anywhere in this window"), page);
    hint->setContentsMargins(10, 0, 0, 0);
    column->addWidget(hint);
    return page;
}

QWidget* StartPage::actionCard(const QString& iconName, const QString& title, const QString& text,
                               void (ProjectCommands::*act)()) {
    auto* button = new QCommandLinkButton(title, text, this);
    button->setIcon(icon(iconName));
    button->setIconSize({26, 26});
    button->setAccessibleDescription(text);
    connect(button, &QCommandLinkButton::clicked, &m_commands, act);
    return button;
}

QWidget* StartPage::buildProgress() {
    auto* page = new QWidget(this);
    QVBoxLayout* column = centredColumn(page);
    column->setSpacing(10);
    m_title = heading({}, 1.4, page);
    m_stage = muted({}, page);
    m_bar = new QProgressBar(page);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_stop = new QPushButton(tr("Stop"), page);
    column->addWidget(m_title);
    column->addWidget(m_stage);
    column->addWidget(m_bar);
    column->addWidget(m_stop, 0, Qt::AlignLeft);
    connect(m_stop, &QPushButton::clicked, &m_services.jobs, &JobRunner::cancelAll);
    return page;
}

void StartPage::refreshRecent() {
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QStringList recent = m_commands.recentProjects();
    m_recentBox->setVisible(!recent.isEmpty());
    if (recent.isEmpty())
        return;
    m_recent->addWidget(heading(tr("Recent projects"), 1.0, m_recentBox));
    for (const QString& path : recent) {
        const QFileInfo file(path);
        const QString text = file.exists() ? file.completeBaseName() : tr("%1 (missing)").arg(file.completeBaseName());
        auto* link = new QLabel(QStringLiteral("<a href=\"open\">%1</a>").arg(text.toHtmlEscaped()), m_recentBox);
        link->setToolTip(QDir::toNativeSeparators(path));
        link->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        link->setFocusPolicy(Qt::StrongFocus);
        connect(link, &QLabel::linkActivated, &m_commands, [this, path] { m_commands.openPath(path); });
        m_recent->addWidget(link);
    }
}

void StartPage::refreshProgress() {
    const QList<JobId> work = m_services.jobs.listedWork();
    m_pages->setCurrentIndex(work.isEmpty() ? 0 : 1);
    if (work.isEmpty())
        return;
    const JobInfo& job = *m_services.jobs.job(work.first());
    m_title->setText(job.title);
    QString stage = job.stage;
    if (job.total > 0)
        stage += QStringLiteral(" – ") + progressText(job);
    if (job.remaining)
        stage += tr(", about %1 left").arg(formatDuration(*job.remaining));
    m_stage->setText(stage);
    m_bar->setRange(0, job.total ? 1000 : 0);
    m_bar->setValue(job.total ? static_cast<int>(job.done * 1000 / job.total) : 0);
    m_stop->setEnabled(job.state != JobState::Cancelling);
    m_stop->setText(job.state == JobState::Cancelling ? tr("Cancelling…") : tr("Stop"));
}

} // namespace vernier::ui
