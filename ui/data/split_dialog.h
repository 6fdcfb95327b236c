#pragma once

#include "core/curate/split_set.h"

#include <QDialog>

class QLineEdit;
class QSpinBox;

namespace vernier::ui {

/// Asks how much of a set is split off to evaluate on, and under which name.
class SplitDialog : public QDialog {
    Q_OBJECT
public:
    explicit SplitDialog(const QString& name, QWidget* parent = nullptr);

    SplitOptions options() const;

private:
    QLineEdit* m_name;
    QSpinBox* m_percent;
    QSpinBox* m_seed;
};

} // namespace vernier::ui
