#include "ui/runs/plan_form.h"

#include "core/workbench/run_plan.h"
#include "core/workbench/run_queue.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/text.h"
#include "ui/plots/wrapped_label.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QStandardItemModel>
#include <QTimer>
#include <QVBoxLayout>

#include <cmath>
#include <memory>

namespace vernier::ui {

namespace {

constexpr int kDelay = 400; // ms: somebody who types a number is not interrupted at every digit
constexpr double kGigabyte = 1e9;

QString timesOf(const RunPlan& plan) {
    QStringList parts;
    if (plan.calibration.seconds > 0)
        parts.append(PlanForm::tr("calibration %1").arg(formatSeconds(plan.calibration.seconds)));
    if (plan.solveSeconds > 0)
        parts.append(PlanForm::tr("quantization %1").arg(formatSeconds(plan.solveSeconds)));
    if (plan.evaluationSeconds > 0)
        parts.append(PlanForm::tr("evaluation %1").arg(formatSeconds(plan.evaluationSeconds)));
    if (parts.isEmpty())
        return PlanForm::tr("Nothing to compute");
    return PlanForm::tr("Takes about %1: %2").arg(formatSeconds(plan.seconds()), parts.join(QStringLiteral(", ")));
}

QString describe(const RunPlan& plan) {
    QString text = timesOf(plan);
    const CalibrationPlan& calibration = plan.calibration;
    if (!plan.knownRun.empty())
        text += PlanForm::tr("; the codes are those of %1").arg(QString::fromStdString(plan.knownRun));
    else if (plan.codesCached)
        text += PlanForm::tr("; the codes are in the cache");
    if (calibration.complete())
        text += PlanForm::tr("; all %1 blocks are in the cache").arg(calibration.blocks);
    else if (calibration.blocksCached > 0)
        text +=
            PlanForm::tr("; %1 of %2 blocks are in the cache").arg(calibration.blocksCached).arg(calibration.blocks);
    text += PlanForm::tr("\nSize: %1, of it linears %2 at %3 bits per weight")
                .arg(formatBytes(plan.size.storedBytes + plan.otherBytes), formatBytes(plan.size.storedBytes),
                     formatFixed(plan.size.bitsPerWeight(), 2));
    if (calibration.complete())
        return text;
    text += PlanForm::tr("\nMemory: %1 of %2 allowed")
                .arg(formatBytes(calibration.memory.peak()), formatBytes(calibration.memoryLimit));
    if (!calibration.memory.hiddenInMemory)
        text += calibration.memory.gramsInMemory ? PlanForm::tr("; activations go to the disk")
                                                 : PlanForm::tr("; activations and Grams go to the disk");
    text += PlanForm::tr("\nDisk: %1, and %2 while it runs")
                .arg(formatBytes(calibration.artefactBytes), formatBytes(calibration.hiddenBytes));
    return text;
}

} // namespace

PlanForm::PlanForm(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_job(services.quickJobs, *this), m_precision(new QComboBox(this)),
      m_memory(new QDoubleSpinBox(this)), m_text(new WrappedLabel(this)), m_delay(new QTimer(this)) {
    m_precision->setAccessibleName(tr("Precision"));
    m_precision->addItem(tr("32 bit"), static_cast<int>(Precision::F32));
    m_precision->addItem(tr("bfloat16"), static_cast<int>(Precision::BF16));
    m_precision->setToolTip(
        tr("What the linears are computed in; bfloat16 is about twice as fast and a little coarser"));
    if (const std::string reason = whyNotPrecision(Precision::BF16); !reason.empty()) {
        qobject_cast<QStandardItemModel*>(m_precision->model())->item(1)->setEnabled(false);
        m_precision->setToolTip(fromUtf8(reason));
    }
    m_memory->setAccessibleName(tr("Memory"));
    m_memory->setToolTip(tr("What a pass may hold in memory; activations that do not fit go to the cache folder"));
    m_memory->setRange(0, 4096);
    m_memory->setDecimals(1);
    m_memory->setSingleStep(0.5);
    m_memory->setSuffix(tr(" GB"));
    m_memory->setSpecialValueText(tr("Half of what is free"));
    m_memory->setValue(static_cast<double>(services.session.workbench()->memoryLimit) / kGigabyte);
    m_text->setObjectName(QStringLiteral("plan"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Precision"), m_precision);
    form->addRow(tr("Memor&y"), m_memory);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(form);
    column->addWidget(m_text);

    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelay);
    connect(m_delay, &QTimer::timeout, this, &PlanForm::start);
    connect(m_precision, &QComboBox::currentIndexChanged, this, &PlanForm::changed);
    connect(m_memory, &QDoubleSpinBox::valueChanged, this, &PlanForm::limitMemory);
    connect(&services.jobs, &JobRunner::idleChanged, this, [this](bool isIdle) {
        if (isIdle && m_wanted)
            m_delay->start();
    });
}

Precision PlanForm::precision() const {
    return static_cast<Precision>(m_precision->currentData().toInt());
}

void PlanForm::setPrecision(Precision precision) {
    m_precision->setCurrentIndex(m_precision->findData(static_cast<int>(usablePrecision(precision))));
}

void PlanForm::limitMemory() {
    m_services.session.workbench()->memoryLimit =
        static_cast<std::uint64_t>(std::llround(m_memory->value() * kGigabyte));
    m_wanted.reset(); // what was planned no longer holds
    emit changed();
}

void PlanForm::plan(const RunOrder& order) {
    const auto project = m_services.session.project();
    if (m_wanted && m_project == project && isSameWork(*m_wanted, order))
        return;
    m_job.cancel();
    m_wanted = order;
    m_project = project;
    m_text->setText(tr("Planning…"));
    m_delay->start();
}

void PlanForm::clear() {
    m_job.cancel();
    m_delay->stop();
    m_wanted.reset();
    m_project.reset();
    m_text->clear();
}

void PlanForm::start() {
    if (!m_project || !m_wanted)
        return;
    if (!m_services.jobs.isIdle())
        return m_text->setText(tr("Planned when the running job has ended"));
    const auto planned = std::make_shared<RunPlan>();
    m_job.start(
        tr("Plan a run"),
        [bench = m_services.session.workbench(), project = m_project, order = *m_wanted, planned](JobContext& job) {
            *planned = planRuns(*bench, *project, {&order, 1}, job).front();
        },
        [this, planned](const JobOutcome& outcome) {
            if (outcome.state == JobState::Done)
                m_text->setText(describe(*planned));
            else if (outcome.state == JobState::Failed)
                m_text->setText(outcome.error);
        },
        false);
}

} // namespace vernier::ui
