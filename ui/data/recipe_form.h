#pragma once

#include "core/dataset/packing_recipe.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;

namespace vernier::ui {

/// Lets a packing recipe be written: how documents become token windows. What the chosen mode does not use is hidden.
class RecipeForm : public QWidget {
    Q_OBJECT
public:
    explicit RecipeForm(QWidget* parent = nullptr);

    void setRecipe(const PackingRecipe& recipe); ///< emits nothing
    PackingRecipe recipe() const;

signals:
    void edited(); ///< by the user; recipe() may not be valid yet

private:
    template <class Choice>
    QComboBox* addChoice(const QString& label, const QString& toolTip, const QStringList& titles);
    QSpinBox* addNumber(const QString& label, const QString& toolTip, int low, int high);
    void hideUnused();

    QFormLayout* m_form;
    QComboBox* m_mode;
    QSpinBox* m_length;
    QSpinBox* m_windows;
    QComboBox* m_separator;
    QLineEdit* m_separatorText;
    QComboBox* m_truncation;
    QComboBox* m_short;
    QComboBox* m_begin;
    QComboBox* m_end;
    QSpinBox* m_minimumTokens;
    QSpinBox* m_minimumCharacters;
    QCheckBox* m_template;
    QCheckBox* m_shuffle;
    QSpinBox* m_seed;
    bool m_isFilling = false;
};

} // namespace vernier::ui
