#pragma once

#include "core/dataset/window_preview.h"
#include "ui/data/curation.h"
#include "ui/data/token_preview.h"

#include <QWidget>

#include <vector>

class QLabel;
class QSpinBox;

namespace vernier::ui {

class RecipeForm;
class TokenTextView;

/// Shows, window by window and token by token, exactly what the model will see of the curated set, and lets the recipe
/// that makes it be changed. The recipe belongs to the set; changing it can be undone.
class WindowsPanel : public QWidget {
    Q_OBJECT
public:
    explicit WindowsPanel(Curation& curation, QWidget* parent = nullptr);

    RecipeForm& form() const { return *m_form; }
    TokenTextView& text() const { return *m_text; }
    QString factsText() const;

signals:
    void previewed();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void takeSet();
    void applyRecipe();
    void preview();

    Curation& m_curation;
    RecipeForm* m_form;
    QSpinBox* m_window;
    TokenTextView* m_text;
    QLabel* m_facts;
    QLabel* m_problem;
    LatestJob m_packing;
};

/// The tokens of a window as a text with spans, for showing them.
TokenPreview previewOf(const std::vector<PreviewToken>& tokens);

} // namespace vernier::ui
