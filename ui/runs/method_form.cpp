#include "ui/runs/method_form.h"

#include "core/base/error.h"
#include "core/quantize/presets.h"
#include "ui/bridge/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>

namespace vernier::ui {

namespace {

constexpr int kWholeRow = -1, kWholeTensor = 0;
constexpr int kNoGroupSize = -1000;

constexpr int kGridsFactor = 100;

/// A grid of activations as a combo box keeps it.
int activationKey(int bits, ActivationGrids grids) {
    return bits + kGridsFactor * static_cast<int>(grids);
}

/// Shows a scheme; one that the box has no entry for gets one, which changes nothing.
void showActivations(QComboBox& box, const ActivationScheme& scheme) {
    if (const int own = box.findData(-1); own >= 0)
        box.removeItem(own);
    const int known =
        box.findData(scheme.rounds() ? activationKey(scheme.bits, scheme.grids)
                                     : activationKey(ActivationScheme::kExact, ActivationGrids::PerToken));
    if (known < 0)
        box.addItem(fromUtf8(scheme.text()), -1);
    box.setCurrentIndex(known >= 0 ? known : box.count() - 1);
}

/// What a form begins with: scales as files hold them.
QuantizeSettings firstSettings() {
    QuantizeSettings settings;
    settings.scheme.scaleType = ScaleType::F16;
    return settings;
}

/// Adds a labelled row whose label carries the field's tool tip and leads to it by keyboard.
void addRow(QFormLayout& form, const QString& label, QWidget* field, const QString& toolTip) {
    field->setToolTip(toolTip);
    field->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    if (auto* box = qobject_cast<QComboBox*>(field)) { // long entries must not make the form wider than its column
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
    }
    form.addRow(label, field);
    form.labelForField(field)->setToolTip(toolTip);
}

} // namespace

MethodForm::MethodForm(QWidget* parent) : QWidget(parent) {
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    buildGrid(*form);
    buildOptions(*form);
    buildActivations(*form);
    setSettings(firstSettings());
}

void MethodForm::buildGrid(QFormLayout& form) {
    m_preset = new QComboBox(this);
    m_preset->addItem(tr("Own settings"));
    for (const Preset& preset : presets()) {
        m_preset->addItem(QString::fromStdString(preset.name));
        m_preset->setItemData(m_preset->count() - 1, QString::fromStdString(preset.description), Qt::ToolTipRole);
    }
    m_preset->addItem(tr("Under a size…"));
    m_preset->setItemData(m_preset->count() - 1, tr("The most bits and finest groups that stay under a size"),
                          Qt::ToolTipRole);
    addRow(form, tr("&Preset"), m_preset,
           tr("Settings as another tool has them when nothing is said, or for a purpose"));
    connect(m_preset, &QComboBox::activated, this, &MethodForm::choosePreset);

    m_method = new QComboBox(this);
    for (const std::string& name : methodNames())
        m_method->addItem(methodTitle(name), static_cast<int>(methodFromName(name)));
    addRow(form, tr("&Method"), m_method, tr("How codes are chosen on the grid"));
    m_explanation = new QLabel(this);
    m_explanation->setWordWrap(true);
    m_explanation->setForegroundRole(QPalette::PlaceholderText);
    form.addRow(m_explanation);

    m_bits = new QSpinBox(this);
    m_bits->setRange(2, 8);
    addRow(form, tr("&Bits"), m_bits, tr("Bits of one code, 2 to 8"));

    m_group = new QComboBox(this);
    m_group->setEditable(true);
    m_group->setInsertPolicy(QComboBox::NoInsert);
    for (const int size : {32, 64, 128, 256})
        m_group->addItem(QString::number(size), size);
    m_group->addItem(tr("Whole row"), kWholeRow);
    m_group->addItem(tr("Whole tensor"), kWholeTensor);
    addRow(form, tr("&Group size"), m_group,
           tr("Input columns that share a scale; smaller groups are more exact and larger on disk"));

    m_symmetric = new QCheckBox(tr("&Symmetric"), this);
    m_symmetric->setToolTip(
        tr("Fix the zero point in the middle of the grid: no zero points to store, less exact for skewed weights"));
    form.addRow(new QLabel(this), m_symmetric);

    connect(m_method, &QComboBox::currentIndexChanged, this, &MethodForm::methodChanged);
    connect(m_bits, &QSpinBox::valueChanged, this, &MethodForm::changed);
    connect(m_group, &QComboBox::currentTextChanged, this, &MethodForm::changed);
    connect(m_symmetric, &QCheckBox::toggled, this, &MethodForm::changed);
}

void MethodForm::buildOptions(QFormLayout& form) {
    m_damping = new QDoubleSpinBox(this);
    m_damping->setRange(0, 100);
    m_damping->setDecimals(2);
    m_damping->setSingleStep(0.5);
    m_damping->setSuffix(tr(" %"));
    addRow(form, tr("&Damping"), m_damping,
           tr("GPTQ: share of the mean diagonal of the Gram matrix that is added to it before factorising "
              "(damp_percent)"));

    m_order = new QComboBox(this);
    m_order->addItem(tr("As they come"), static_cast<int>(ColumnOrder::Natural));
    m_order->addItem(tr("By activation (desc_act)"), static_cast<int>(ColumnOrder::Activation));
    m_order->addItem(tr("Group-aware (GAR)"), static_cast<int>(ColumnOrder::GroupAware));
    addRow(
        form, tr("&Order"), m_order,
        tr("GPTQ: the order in which columns are quantized; those of much activation energy first is more exact, and "
           "group by group every loader takes the file"));

    m_gridPoints = new QSpinBox(this);
    m_gridPoints->setRange(1, 1000);
    addRow(form, tr("Grid &points"), m_gridPoints,
           tr("AWQ: exponents that are tried between 0 and 1 when searching the scales"));

    connect(m_damping, &QDoubleSpinBox::valueChanged, this, &MethodForm::changed);
    connect(m_order, &QComboBox::currentIndexChanged, this, &MethodForm::changed);
    connect(m_gridPoints, &QSpinBox::valueChanged, this, &MethodForm::changed);
}

void MethodForm::buildActivations(QFormLayout& form) {
    m_activations = new QComboBox(this);
    const auto add = [this](const QString& text, int bits, ActivationGrids grids) {
        m_activations->addItem(text, activationKey(bits, grids));
    };
    add(tr("As they are"), ActivationScheme::kExact, ActivationGrids::PerToken);
    for (const int bits : {8, 6, 4})
        add(tr("%1 bits per token").arg(bits), bits, ActivationGrids::PerToken);
    add(tr("8 bits per tensor"), 8, ActivationGrids::PerTensor);
    addRow(form, tr("&Activations"), m_activations,
           tr("What quantized linears read, rounded when the run is evaluated: on a grid for each token, or on one by "
              "the ranges that the calibration saw or that were chosen in Layers"));
    m_keyValueBits = new QComboBox(this);
    m_keyValueBits->addItem(tr("As they are"), ActivationScheme::kExact);
    for (const int bits : {8, 4})
        m_keyValueBits->addItem(tr("%1 bits").arg(bits), bits);
    addRow(form, tr("&K/V cache"), m_keyValueBits,
           tr("Keys and values, rounded per token and head when the run is evaluated"));
    connect(m_activations, &QComboBox::currentIndexChanged, this, &MethodForm::changed);
    connect(m_keyValueBits, &QComboBox::currentIndexChanged, this, &MethodForm::changed);
}

Method MethodForm::method() const {
    return static_cast<Method>(m_method->currentData().toInt());
}

int MethodForm::groupSize() const {
    const int known = m_group->findText(m_group->currentText());
    if (known >= 0)
        return m_group->itemData(known).toInt();
    bool isNumber = false;
    const int size = m_group->currentText().trimmed().toInt(&isNumber);
    return isNumber ? size : kNoGroupSize;
}

QuantizeSettings MethodForm::settings() const {
    QuantizeSettings settings = m_base;
    settings.method = method();
    settings.scheme.bits = m_bits->value();
    settings.scheme.groupSize = groupSize();
    settings.scheme.symmetric = m_symmetric->isChecked();
    // What a method does not know stays as it was, so that equal runs are recognised as equal.
    if (usesGptq(settings.method)) {
        settings.dampPercent = m_damping->value() / 100;
        settings.order = static_cast<ColumnOrder>(m_order->currentData().toInt());
        if (settings.order != m_base.order) // scattered groups only where a preset wants them
            settings.staticGroups = settings.order == ColumnOrder::Activation;
    }
    if (usesAwq(settings.method))
        settings.gridPoints = m_gridPoints->value();
    if (const int key = m_activations->currentData().toInt(); key >= 0) { // others than these stay as they are
        settings.activations.bits = key % kGridsFactor;
        settings.activations.grids = static_cast<ActivationGrids>(key / kGridsFactor);
    }
    settings.activations.keyValueBits = m_keyValueBits->currentData().toInt();
    return settings;
}

void MethodForm::choosePreset(int index) {
    if (index == m_preset->count() - 1) {
        m_preset->setCurrentIndex(0);
        emit sizeWanted();
    } else if (index > 0)
        setSettings(presets()[static_cast<std::size_t>(index - 1)].settings);
}

void MethodForm::setSettings(const QuantizeSettings& settings) {
    m_base = settings;
    m_method->setCurrentIndex(m_method->findData(static_cast<int>(settings.method)));
    m_bits->setValue(settings.scheme.bits);
    const int known = m_group->findData(settings.scheme.groupSize);
    if (known >= 0)
        m_group->setCurrentIndex(known);
    else
        m_group->setEditText(QString::number(settings.scheme.groupSize));
    m_symmetric->setChecked(settings.scheme.symmetric);
    m_damping->setValue(settings.dampPercent * 100);
    m_order->setCurrentIndex(m_order->findData(static_cast<int>(settings.order)));
    m_gridPoints->setValue(settings.gridPoints);
    showActivations(*m_activations, settings.activations);
    m_keyValueBits->setCurrentIndex(m_keyValueBits->findData(settings.activations.keyValueBits));
    const FormatFacts& fixed = facts(settings.scheme.format);
    m_bits->setEnabled(fixed.bits == 0);
    m_symmetric->setEnabled(fixed.bits == 0);
    m_group->setEnabled(fixed.groupSize == 0);
    methodChanged();
}

QString MethodForm::problem() const {
    try {
        settings().validate();
        return {};
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
}

void MethodForm::methodChanged() {
    m_damping->setEnabled(usesGptq(method()));
    m_order->setEnabled(usesGptq(method()));
    m_gridPoints->setEnabled(usesAwq(method()));
    switch (method()) {
    case Method::Rtn:
        m_explanation->setText(tr("Rounds every weight to the nearest level; needs no activations"));
        break;
    case Method::Gptq:
        m_explanation->setText(tr("Rounds column by column and lets later columns make up for the error"));
        break;
    case Method::Awq:
        m_explanation->setText(tr("Scales channels with large activations up before rounding"));
        break;
    case Method::AwqGptq:
        m_explanation->setText(tr("AWQ's scales, then GPTQ's codes"));
        break;
    case Method::SmoothQuant:
        m_explanation->setText(tr("Moves outliers of activations into the weights before rounding both"));
        break;
    case Method::SmoothQuantGptq:
        m_explanation->setText(tr("SmoothQuant's scales, then GPTQ's codes"));
        break;
    }
    emit changed();
}

} // namespace vernier::ui
