#pragma once

#include "core/workbench/diagnose.h"

#include <QPlainTextEdit>

#include <functional>
#include <memory>
#include <vector>

namespace vernier::ui {

/// Shows one window of text, each token on a colour that says how much more, or less, a run loses on it than full
/// precision or another run; a token's numbers stand in its tooltip.
class LossText : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit LossText(QWidget* parent = nullptr);

    /// pieces are the window's tokens (windowPieces).
    void setWindow(std::shared_ptr<const TokenComparison> comparison, std::int64_t window,
                   const std::vector<std::string>& pieces);
    /// Both models' likeliest tokens after every position, as text; empty until they are known.
    void setPredictions(std::vector<QString> predictions);
    void setReferenceName(const QString& name) { m_referenceName = name; } ///< what losses are compared with
    void showToken(std::size_t position); ///< of the window: scrolls there and marks it
    void clearText();

    int tokenAt(int character) const; ///< position in the window; -1 outside
    QString tokenText(int token) const;

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    double lossOf(std::size_t position) const; ///< of the token that stands there; NaN where it was not predicted
    void colour();

    std::shared_ptr<const TokenComparison> m_comparison;
    std::int64_t m_window = 0;
    std::vector<int> m_ends; ///< per token, where it ends in the text
    std::vector<QString> m_predictions;
    QString m_referenceName;
    int m_marked = -1;
};

} // namespace vernier::ui
