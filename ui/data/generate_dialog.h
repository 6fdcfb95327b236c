#pragma once

#include "core/workbench/generate_documents.h"

#include <QDialog>

class QDoubleSpinBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace vernier::ui {

/// Asks what the model is to write: how much, how freely, and from which prompts.
class GenerateDialog : public QDialog {
    Q_OBJECT
public:
    explicit GenerateDialog(QWidget* parent = nullptr);

    GenerateRequest request() const; ///< without the model

private:
    QSpinBox* m_documents;
    QSpinBox* m_tokens;
    QDoubleSpinBox* m_temperature;
    QDoubleSpinBox* m_topP;
    QSpinBox* m_seed;
    QLineEdit* m_tag;
    QPlainTextEdit* m_prompts;
};

} // namespace vernier::ui
