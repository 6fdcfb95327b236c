#pragma once

#include <QWidget>

#include <memory>

namespace vernier {
struct TokenComparison;
}

namespace vernier::ui {

class Diagnosis;
class LossText;
class NumberTable;
class TokenLossView;

/// Shows the tokens on which a run loses most against full precision, and their text.
class TokensView : public QWidget {
    Q_OBJECT
public:
    explicit TokensView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    NumberTable& table() const;
    LossText& text() const;

private:
    void refresh();

    Diagnosis& m_diagnosis;
    TokenLossView* m_view;
    std::shared_ptr<const TokenComparison> m_shown;
};

} // namespace vernier::ui
