#include "ui/runs/run_form.h"

#include "core/base/error.h"
#include "core/workbench/pack_set.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/navigator.h"
#include "ui/bridge/recipe_text.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/text.h"
#include "ui/plots/wrapped_label.h"
#include "ui/runs/method_form.h"
#include "ui/runs/plan_form.h"
#include "ui/runs/size_question.h"
#include "ui/runs/sweep_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <utility>

namespace vernier::ui {

namespace {

const QString kEvaluationSet = QStringLiteral("evaluation");
constexpr const char* kIsPicked = "isPicked"; // property of a combo box whose entry the user chose
constexpr const char* kIsEdited = "isEdited"; // property of a number that the user chose for this run
constexpr int kDefaultWindows = 32;
constexpr int kDefaultLength = 256;

QFormLayout* formIn(QGroupBox* box) {
    auto* form = new QFormLayout(box);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

QSpinBox* countBox(int low, int high, int value, const QString& name, const QString& toolTip, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(low, high);
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    box->setAccessibleName(name);
    box->setToolTip(toolTip);
    return box;
}

/// Gives the labels of all forms one width, so that the fields of the three boxes stand in one column.
void alignLabels(const QWidget& content) {
    QList<QWidget*> labels;
    for (const QFormLayout* form : content.findChildren<QFormLayout*>())
        for (int row = 0; row < form->rowCount(); ++row)
            if (QLayoutItem* item = form->itemAt(row, QFormLayout::LabelRole); item && item->widget())
                labels.append(item->widget());
    int width = 0;
    for (const QWidget* label : labels)
        width = std::max(width, label->sizeHint().width());
    for (QWidget* label : labels)
        label->setMinimumWidth(width);
}

} // namespace

RunForm::RunForm(const Services& services, QWidget* parent) : QWidget(parent), m_services(services) {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(12, 12, 12, 4);
    column->setSpacing(10);
    column->addWidget(buildCalibration());
    column->addWidget(buildMethod());
    column->addWidget(buildEvaluation());
    column->addStretch();
    alignLabels(*content);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(scroll, 1);
    layout->addWidget(buildButtons());

    for (QComboBox* box : {m_set, m_evaluationSet})
        connect(box, &QComboBox::activated, box, [box] { box->setProperty(kIsPicked, true); });
    connect(&services.session, &ProjectSession::projectReset, this, &RunForm::projectReset);
    connect(&services.session, &ProjectSession::corpusChanged, this, &RunForm::refreshSets);
    connect(&services.session, &ProjectSession::calibrationChanged, this, &RunForm::refreshState);
    connect(&services.session, &ProjectSession::runsChanged, this, &RunForm::refreshState);
    connect(&services.queue, &RunQueueWorker::changed, this, &RunForm::refreshState);
    connect(&services.model, &ModelProvider::changed, this, &RunForm::refreshModel);
    projectReset();
}

QWidget* RunForm::buildCalibration() {
    auto* box = new QGroupBox(tr("Calibration"), this);
    QFormLayout* form = formIn(box);
    m_model = new QLineEdit(box);
    m_model->setReadOnly(true);
    m_model->setFocusPolicy(Qt::ClickFocus);
    m_model->setPlaceholderText(tr("No model chosen"));
    m_model->setAccessibleName(tr("Model folder"));
    auto* browse = new QPushButton(tr("Browse…"), box);
    browse->setToolTip(
        tr("Choose a model folder in the Hugging Face layout (config.json, *.safetensors, tokenizer.json)"));
    auto* modelRow = new QHBoxLayout;
    modelRow->setSpacing(6);
    modelRow->addWidget(m_model, 1);
    modelRow->addWidget(browse);
    form->addRow(tr("Model"), modelRow);

    m_set = new QComboBox(box);
    m_set->setAccessibleName(tr("Calibration set"));
    m_set->setToolTip(tr("Documents that the model reads while activations are observed"));
    form->addRow(tr("Se&t"), m_set);
    m_windows = countBox(1, 1000000, kDefaultWindows, tr("Windows"),
                         tr("Token windows the model reads; more are steadier and slower"), box);
    form->addRow(tr("&Windows"), m_windows);
    m_length = countBox(2, 1000000, kDefaultLength, tr("Sequence length"), tr("Tokens per window"), box);
    form->addRow(tr("Sequence &length"), m_length);
    m_tokens = new WrappedLabel(box);
    m_tokens->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(new QLabel(box), m_tokens);
    m_recipe = new WrappedLabel(box);
    m_recipe->setObjectName(QStringLiteral("recipe"));
    m_recipe->setTextFormat(Qt::RichText);
    m_recipe->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    form->addRow(tr("Recipe"), m_recipe);
    m_plan = new PlanForm(m_services, box);
    form->addRow(m_plan);

    connect(browse, &QPushButton::clicked, &m_services.navigator, &Navigator::modelRequested);
    connect(m_recipe, &QLabel::linkActivated, &m_services.navigator,
            [this] { emit m_services.navigator.pageRequested(page::kData); });
    connect(m_set, &QComboBox::currentTextChanged, this, &RunForm::takeRecipe);
    for (QSpinBox* number : {m_windows, m_length})
        connect(number, &QSpinBox::valueChanged, this, [this, number] {
            number->setProperty(kIsEdited, true);
            refreshState();
        });
    connect(m_plan, &PlanForm::changed, this, &RunForm::refreshState);
    return box;
}

QWidget* RunForm::buildMethod() {
    auto* box = new QGroupBox(tr("Quantization"), this);
    auto* column = new QVBoxLayout(box);
    m_method = new MethodForm(box);
    column->addWidget(m_method);
    connect(m_method, &MethodForm::changed, this, &RunForm::refreshState);
    connect(m_method, &MethodForm::sizeWanted, this, [this] {
        if (const auto model = m_services.model.model())
            if (const auto fitting = askForSize(model->model, m_method->settings(), this))
                m_method->setSettings(*fitting);
    });
    return box;
}

QWidget* RunForm::buildEvaluation() {
    auto* box = new QGroupBox(tr("Result"), this);
    QFormLayout* form = formIn(box);
    m_name = new QLineEdit(box);
    m_name->setAccessibleName(tr("Name of the run"));
    m_name->setToolTip(tr("Name of the run; made from the settings when empty"));
    form->addRow(tr("&Name"), m_name);
    m_evaluate = new QCheckBox(tr("&Evaluate afterwards"), box);
    m_evaluate->setToolTip(tr("Measure perplexity, KL divergence and top-1 agreement against full precision"));
    m_evaluate->setChecked(true);
    form->addRow(new QLabel(box), m_evaluate);
    m_evaluationSet = new QComboBox(box);
    m_evaluationSet->setAccessibleName(tr("Evaluation set"));
    m_evaluationSet->setToolTip(tr("Text to score on; it should not be what was calibrated on"));
    form->addRow(tr("&On set"), m_evaluationSet);
    connect(m_name, &QLineEdit::textChanged, this, &RunForm::refreshState);
    connect(m_evaluate, &QCheckBox::toggled, this, &RunForm::refreshState);
    connect(m_evaluationSet, &QComboBox::currentTextChanged, this, &RunForm::refreshState);
    return box;
}

QWidget* RunForm::buildButtons() {
    auto* box = new QWidget(this);
    m_problem = new QLabel(box);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_start = new QPushButton(tr("Start run"), box);
    m_start->setObjectName(QStringLiteral("start"));
    m_start->setDefault(true);
    m_start->setShortcut(QKeySequence(Qt::Key_F5));
    m_start->setToolTip(tr("Calibrate, unless the cache has it, then quantize and evaluate (F5)"));
    m_calibrate = new QPushButton(tr("Calibrate only"), box);
    m_calibrate->setObjectName(QStringLiteral("calibrate"));
    m_calibrate->setToolTip(tr("Observe activations without quantizing; look at them in Layers"));
    m_sweep = new QPushButton(tr("Sweep…"), box);
    m_sweep->setObjectName(QStringLiteral("sweep"));
    m_sweep->setToolTip(tr("Combine methods, bits, group sizes and sets, and let all those runs wait in the queue"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(m_start, 1);
    buttons->addWidget(m_sweep);
    buttons->addWidget(m_calibrate);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(12, 4, 12, 12);
    column->addWidget(m_problem);
    column->addLayout(buttons);
    connect(m_start, &QPushButton::clicked, this, [this] {
        if (m_services.queue.enqueue({order()}).isEmpty())
            emit m_services.session.message(tr("This run waits in the queue already"));
        m_name->clear();
        refreshState();
    });
    connect(m_sweep, &QPushButton::clicked, this, [this] {
        auto* dialog = new SweepDialog(m_services, order(), window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(m_calibrate, &QPushButton::clicked, this, [this] { m_services.session.calibrate(calibration()); });
    return box;
}

void RunForm::fill(const QuantizeSettings& settings, const QString& setName, const QString& runName) {
    m_method->setSettings(settings);
    if (const int set = m_set->findData(setName); set >= 0) {
        m_set->setProperty(kIsPicked, true);
        m_set->setCurrentIndex(set);
    }
    m_name->setText(runName);
    refreshState();
}

CalibrateRequest RunForm::calibration() const {
    CalibrateRequest request;
    request.modelFolder = toPath(m_services.model.folder());
    request.setName = m_set->currentData().toString().toStdString();
    if (const CalibrationSet* set = calibrationSet())
        request.recipe = recipeOf(*set);
    request.recipe.maxWindows = m_windows->value();
    request.recipe.sequenceLength = m_length->value();
    request.precision = m_plan->precision();
    return request;
}

RunOrder RunForm::order() const {
    RunOrder order = orderOn(calibration());
    order.settings = m_method->settings();
    order.settings.precision = order.precision;
    order.name = m_name->text().trimmed().toStdString();
    order.evaluation.reset();
    if (m_evaluate->isChecked()) {
        EvaluationData data;
        data.setName = m_evaluationSet->currentData().toString().toStdString();
        data.sequenceLength = m_length->value();
        order.evaluation = data;
    }
    return order;
}

QString RunForm::problem() const {
    const auto project = m_services.session.project();
    if (!project)
        return tr("Open a project first");
    if (!m_services.model.model())
        return m_services.model.isOpening()         ? tr("The model is being opened")
               : m_services.model.error().isEmpty() ? tr("Choose a model folder")
                                                    : m_services.model.error();
    if (project->sets.empty())
        return tr("Import text to calibrate on: File, Import text…");
    const int positions = m_services.model.spec()->maxPositions;
    if (m_length->value() > positions)
        return tr("Sequence length: this model reads at most %1 tokens")
            .arg(formatCount(static_cast<std::uint64_t>(positions)));
    try {
        calibration().recipe.validate();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    if (project->findRun(m_name->text().trimmed().toStdString()))
        return tr("Name: there is a run of this name already");
    return m_method->problem();
}

void RunForm::projectReset() {
    const auto project = m_services.session.project();
    if (project && !project->calibrations.empty())
        m_plan->setPrecision(project->calibrations.back().precision);
    if (project && !project->runs.empty())
        m_method->setSettings(project->runs.back().settings);
    for (QComboBox* box : {m_set, m_evaluationSet})
        box->setProperty(kIsPicked, false);
    m_recipeSet.clear();
    refreshSets();
    if (project && !project->calibrations.empty()) {
        // What was asked for last is asked for again, where it is not what the set's recipe says anyway.
        const CalibrationRecord& newest = project->calibrations.back();
        m_length->setValue(newest.recipe.sequenceLength);
        m_windows->setValue(newest.recipe.maxWindows > 0 ? newest.recipe.maxWindows : static_cast<int>(newest.windows));
    }
    refreshModel();
}

void RunForm::fillSets(QComboBox& box, const Project* project, const QString& preferred) {
    // Only what the user has picked is kept; until then the preferred set wins as soon as it exists.
    const QString before = box.property(kIsPicked).toBool() ? box.currentData().toString() : QString();
    box.clear();
    if (!project)
        return;
    for (const CalibrationSet& set : project->sets) {
        const QString name = QString::fromStdString(set.name);
        box.addItem(name, name);
    }
    const int again = box.findData(before);
    box.setCurrentIndex(again >= 0 ? again : std::max(0, box.findData(preferred)));
}

void RunForm::refreshSets() {
    const auto project = m_services.session.project();
    QString preferred = QStringLiteral("calibration");
    if (project && !project->calibrations.empty())
        preferred = QString::fromStdString(project->calibrations.back().setName);
    fillSets(*m_set, project.get(), preferred);
    fillSets(*m_evaluationSet, project.get(), kEvaluationSet);
    takeRecipe();
}

const CalibrationSet* RunForm::calibrationSet() const {
    const auto project = m_services.session.project();
    return project ? project->findSet(m_set->currentData().toString().toStdString()) : nullptr;
}

void RunForm::takeRecipe() {
    if (const CalibrationSet* set = calibrationSet()) {
        const PackingRecipe recipe = recipeOf(*set);
        const QString name = QString::fromStdString(set->name);
        const bool isOther = std::exchange(m_recipeSet, name) != name;
        const auto take = [isOther](QSpinBox& box, int value) {
            if (isOther)
                box.setProperty(kIsEdited, false);
            const QSignalBlocker quiet(box);
            if (!box.property(kIsEdited).toBool())
                box.setValue(value);
        };
        take(*m_windows, recipe.maxWindows);
        take(*m_length, recipe.sequenceLength);
    }
    refreshState();
}

void RunForm::refreshModel() {
    m_model->setText(m_services.model.displayName());
    m_model->setToolTip(m_services.model.folder());
    refreshState();
}

void RunForm::refreshState() {
    const auto tokens = static_cast<std::uint64_t>(m_windows->value()) * static_cast<std::uint64_t>(m_length->value());
    const auto project = m_services.session.project();
    const CalibrationSet* set = calibrationSet();
    const QString documents = formatCount(set ? set->documents.size() : 0, tr("1 document"), tr("%1 documents"));
    m_tokens->setText(tr("%1, at most %2 tokens").arg(documents, formatCount(tokens)));
    if (set) {
        const PackingRecipe recipe = recipeOf(*set);
        QString text = recipeText(recipe);
        if (recipe.maxWindows != m_windows->value() || recipe.sequenceLength != m_length->value())
            text += tr("; of itself %1 windows of %2 tokens, changed for this run")
                        .arg(formatCount(static_cast<std::uint64_t>(recipe.maxWindows)),
                             formatCount(static_cast<std::uint64_t>(recipe.sequenceLength)));
        m_recipe->setText(text.toHtmlEscaped() + tr(". <a href=\"data\">Change it in Data, Windows</a>"));
    } else {
        m_recipe->setText(tr("Choose a set: its recipe says how windows are made"));
    }
    m_evaluationSet->setEnabled(m_evaluate->isChecked());
    if (project)
        m_name->setPlaceholderText(QString::fromStdString(
            freeRunName(*project, m_method->settings(), m_set->currentData().toString().toStdString())));
    const QString trouble = problem();
    m_problem->setText(trouble);
    m_problem->setVisible(!trouble.isEmpty());
    m_start->setEnabled(trouble.isEmpty());
    m_calibrate->setEnabled(trouble.isEmpty());
    m_sweep->setEnabled(trouble.isEmpty());
    const bool waits = m_services.queue.isPaused() || !m_services.queue.atWork().isEmpty();
    m_start->setText(waits ? tr("Add to queue") : tr("Start run"));
    if (trouble.isEmpty())
        m_plan->plan(order());
    else
        m_plan->clear();
}

} // namespace vernier::ui
