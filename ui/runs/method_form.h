#pragma once

#include "core/quantize/quantize_model.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QSpinBox;

namespace vernier::ui {

/// Lets the user set method and number grid; fields that a method does not know are disabled.
class MethodForm : public QWidget {
    Q_OBJECT
public:
    explicit MethodForm(QWidget* parent = nullptr);

    QuantizeSettings settings() const;
    void setSettings(const QuantizeSettings& settings);

    /// Why the settings cannot be used, in one line; empty when they can.
    QString problem() const;

signals:
    void changed();
    void sizeWanted(); ///< the preset that depends on the model's size was chosen

private:
    void buildGrid(QFormLayout& form);
    void buildOptions(QFormLayout& form);
    void buildActivations(QFormLayout& form);
    void methodChanged();
    Method method() const;
    int groupSize() const; ///< kNoGroupSize for a text that is none
    void choosePreset(int index);

    QuantizeSettings m_base; ///< holds what the form has no field for
    QComboBox* m_preset = nullptr;
    QComboBox* m_method = nullptr;
    QLabel* m_explanation = nullptr;
    QSpinBox* m_bits = nullptr;
    QComboBox* m_group = nullptr;
    QCheckBox* m_symmetric = nullptr;
    QDoubleSpinBox* m_damping = nullptr;
    QComboBox* m_order = nullptr;
    QSpinBox* m_gridPoints = nullptr;
    QComboBox* m_activations = nullptr;
    QComboBox* m_keyValueBits = nullptr;
};

} // namespace vernier::ui
