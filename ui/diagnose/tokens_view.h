#pragma once

#include "ui/bridge/job_runner.h"

#include <QWidget>

#include <memory>

namespace vernier {
struct TokenComparison;
}

namespace vernier::ui {

class Diagnosis;
class LossText;
class NumberTable;

/// Shows the tokens on which a run loses most, and the text around one of them coloured by loss.
class TokensView : public QWidget {
    Q_OBJECT
public:
    explicit TokensView(Diagnosis& diagnosis, QWidget* parent = nullptr);

    NumberTable& table() const { return *m_table; }
    LossText& text() const { return *m_text; }

private:
    void refresh();
    void showRow();
    void predict(std::int64_t window);

    Diagnosis& m_diagnosis;
    NumberTable* m_table;
    LossText* m_text;
    std::shared_ptr<const TokenComparison> m_shown;
    std::int64_t m_window = -1;
    JobId m_job = 0;
};

} // namespace vernier::ui
