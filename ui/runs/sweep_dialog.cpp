#include "ui/runs/sweep_dialog.h"

#include "core/base/error.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/text.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QVBoxLayout>

namespace vernier::ui {

namespace {

constexpr int kWidth = 880, kHeight = 620;
constexpr const char* kChoice = "choice";

enum Column { MethodColumn, GridColumn, SetColumn, SizeColumn, BitsColumn, TimeColumn, KnownColumn, ColumnCount };

QList<QVariant> checkedIn(const QGroupBox& box) {
    QList<QVariant> values;
    for (const QCheckBox* choice : box.findChildren<QCheckBox*>())
        if (choice->isChecked())
            values.append(choice->property(kChoice));
    return values;
}

} // namespace

SweepDialog::SweepDialog(const Services& services, RunOrder base, QWidget* parent)
    : QDialog(parent), m_services(services), m_job(services.quickJobs, *this), m_base(std::move(base)),
      m_table(new QTableWidget(0, ColumnCount, this)), m_summary(new QLabel(this)) {
    setWindowTitle(tr("Sweep"));
    resize(kWidth, kHeight);
    m_base.name.clear(); // a name is for one run

    std::vector<std::pair<QString, QVariant>> methods, bits, groups, sets;
    for (const std::string& name : methodNames())
        methods.emplace_back(methodTitle(name), QString::fromStdString(name));
    for (const int count : {2, 3, 4, 5, 6, 8})
        bits.emplace_back(QString::number(count), count);
    for (const int size : {16, 32, 64, 128, 256})
        groups.emplace_back(QString::number(size), size);
    groups.emplace_back(tr("row"), -1);
    if (const auto project = services.session.project())
        for (const CalibrationSet& set : project->sets)
            sets.emplace_back(QString::fromStdString(set.name), QString::fromStdString(set.name));
    m_methods =
        choices(tr("Method"), QStringLiteral("methods"), methods, QString::fromStdString(name(m_base.settings.method)));
    m_bits = choices(tr("Bits"), QStringLiteral("bits"), bits, m_base.settings.scheme.bits);
    m_groups = choices(tr("Group size"), QStringLiteral("groups"), groups, m_base.settings.scheme.groupSize);
    m_sets = choices(tr("Calibration set"), QStringLiteral("sets"), sets, QString::fromStdString(m_base.setName));

    m_table->setHorizontalHeaderLabels(
        {tr("Method"), tr("Grid"), tr("Set"), tr("Size"), tr("Bits per weight"), tr("About"), tr("Known")});
    m_table->horizontalHeaderItem(SizeColumn)->setToolTip(tr("Of the whole model, what is not quantized in 16 bits"));
    m_table->horizontalHeaderItem(TimeColumn)->setToolTip(tr("Calibration, quantization and evaluation by themselves"));
    m_table->setAccessibleName(tr("Runs of the sweep"));
    m_table->verticalHeader()->hide();
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setShowGrid(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_summary->setObjectName(QStringLiteral("summary"));
    m_summary->setWordWrap(true);

    auto* boxes = new QHBoxLayout;
    for (QGroupBox* box : {m_methods, m_bits, m_groups, m_sets})
        boxes->addWidget(box, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_add = buttons->addButton(tr("Add to queue"), QDialogButtonBox::AcceptRole);
    m_add->setObjectName(QStringLiteral("add"));
    auto* column = new QVBoxLayout(this);
    column->addLayout(boxes);
    column->addWidget(m_table, 1);
    column->addWidget(m_summary);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &SweepDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SweepDialog::reject);
    refresh();
}

QGroupBox* SweepDialog::choices(const QString& title, const QString& name,
                                const std::vector<std::pair<QString, QVariant>>& entries, const QVariant& checked) {
    auto* box = new QGroupBox(title, this);
    box->setObjectName(name);
    auto* content = new QWidget(box);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    for (const auto& [text, value] : entries) {
        auto* choice = new QCheckBox(text, content);
        choice->setProperty(kChoice, value);
        choice->setChecked(value == checked);
        connect(choice, &QCheckBox::toggled, this, &SweepDialog::refresh);
        column->addWidget(choice);
    }
    column->addStretch();
    auto* scroll = new QScrollArea(box);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMaximumHeight(column->sizeHint().height() + 2);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(8, 4, 4, 4);
    layout->addWidget(scroll);
    return box;
}

SweepAxes SweepDialog::axes() const {
    SweepAxes axes;
    for (const QVariant& value : checkedIn(*m_methods))
        axes.methods.push_back(methodFromName(value.toString().toStdString()));
    for (const QVariant& value : checkedIn(*m_bits))
        axes.bits.push_back(value.toInt());
    for (const QVariant& value : checkedIn(*m_groups))
        axes.groupSizes.push_back(value.toInt());
    for (const QVariant& value : checkedIn(*m_sets))
        axes.sets.push_back(value.toString().toStdString());
    return axes;
}

void SweepDialog::refresh() {
    m_job.cancel();
    m_orders.clear();
    m_plans.clear();
    m_add->setEnabled(false);
    const auto project = m_services.session.project();
    if (!project)
        return;
    try {
        m_orders = sweepOrders(*project, m_base, axes());
    } catch (const Error& error) {
        m_table->setRowCount(0);
        return m_summary->setText(QString::fromUtf8(error.what()));
    }
    m_summary->setText(tr("Planning %1…").arg(formatCount(m_orders.size(), tr("1 run"), tr("%1 runs"))));
    const auto planned = std::make_shared<std::vector<RunPlan>>();
    m_job.start(
        tr("Plan a sweep"),
        [bench = m_services.session.workbench(), project, orders = m_orders, planned](JobContext& job) {
            *planned = planRuns(*bench, *project, orders, job);
        },
        [this, planned](const JobOutcome& outcome) {
            if (outcome.state == JobState::Done)
                showPlans(*planned);
            else if (outcome.state == JobState::Failed)
                m_summary->setText(outcome.error);
        },
        false);
}

void SweepDialog::showPlans(const std::vector<RunPlan>& plans) {
    m_plans = plans;
    m_table->setRowCount(static_cast<int>(plans.size()));
    double seconds = 0;
    std::vector<std::string> calibrated; // sets whose pass is counted
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const RunPlan& plan = plans[i];
        const RunOrder& order = m_orders[i];
        const auto put = [&, row = static_cast<int>(i)](int column, const QString& text, bool isNumber = false) {
            auto* item = new QTableWidgetItem(text);
            item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        };
        put(MethodColumn, methodTitle(name(order.settings.method)));
        put(GridColumn, QString::fromStdString(order.settings.scheme.text()));
        put(SetColumn, QString::fromStdString(order.setName));
        put(SizeColumn, formatBytes(plan.size.storedBytes + plan.otherBytes), true);
        put(BitsColumn, formatFixed(plan.size.bitsPerWeight(), 2), true);
        put(TimeColumn, plan.knownRun.empty() ? formatSeconds(plan.seconds()) : QString(), true);
        m_table->item(static_cast<int>(i), TimeColumn)
            ->setToolTip(tr("From: %1").arg(QString::fromStdString(plan.basis)));
        put(KnownColumn, !plan.knownRun.empty() ? tr("is %1").arg(QString::fromStdString(plan.knownRun))
                         : plan.codesCached     ? tr("codes in the cache")
                                                : QString());
        if (!plan.knownRun.empty())
            continue;
        seconds += plan.solveSeconds + plan.evaluationSeconds;
        if (std::ranges::find(calibrated, order.setName) == calibrated.end()) {
            calibrated.push_back(order.setName);
            seconds += plan.calibration.seconds;
        }
    }
    m_table->resizeColumnsToContents();
    const std::size_t fresh = newOrders().size(), known = plans.size() - fresh;
    QString text = formatCount(fresh, tr("1 run to make"), tr("%1 runs to make"));
    if (fresh > 0)
        text += tr(", about %1 together").arg(formatSeconds(seconds));
    if (known > 0)
        text += tr("; %1 of the combinations made already").arg(formatCount(known));
    m_summary->setText(text);
    m_add->setEnabled(fresh > 0);
}

std::vector<RunOrder> SweepDialog::newOrders() const {
    std::vector<RunOrder> orders;
    for (std::size_t i = 0; i < m_plans.size(); ++i)
        if (m_plans[i].knownRun.empty())
            orders.push_back(m_orders[i]);
    return orders;
}

void SweepDialog::accept() {
    m_services.queue.enqueue(newOrders());
    QDialog::accept();
}

} // namespace vernier::ui
