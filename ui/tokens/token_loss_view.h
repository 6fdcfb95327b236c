#pragma once

#include "ui/bridge/job_runner.h"
#include "ui/tokens/worst_list.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

namespace vernier::ui {

class LossText;
class NumberTable;

/// Is what a TokenLossView shows: how two models predict the same text.
struct TokenLossContent {
    QString first, second; ///< what the models are called
    std::shared_ptr<const TokenComparison> tokens;
    std::vector<WorstToken> worst;                     ///< where the first loses most against the second
    std::shared_ptr<const Workbench::OpenModel> model; ///< whose tokens these are
    /// Both models' guesses after each position of a window, as text; called on the worker. Empty for none.
    std::function<std::vector<QString>(std::span<const std::int32_t> ids, JobContext& job)> predict;
};

/// Shows the tokens on which one model loses most against another, and the text around one of them coloured by how much
/// more, or less, it loses.
class TokenLossView : public QWidget {
    Q_OBJECT
public:
    /// emptyText says how to come by tokens; textHint what to do once there are some.
    TokenLossView(JobRunner& jobs, const QString& emptyText, const QString& textHint, QWidget* parent = nullptr);

    void setContent(TokenLossContent content);
    void clear() { setContent({}); }

    NumberTable& table() const { return *m_table; }
    LossText& text() const { return *m_text; }

private:
    void showRow();
    void predict(std::int64_t window);

    JobRunner& m_jobs;
    NumberTable* m_table;
    LossText* m_text;
    TokenLossContent m_content;
    std::int64_t m_window = -1;
    JobId m_job = 0;
};

/// "“ the” 41.0 %, “ a” 20.0 %, …" per position.
std::vector<QString> predictionTexts(const std::vector<std::vector<Prediction>>& predictions,
                                     const Tokenizer& tokenizer);

} // namespace vernier::ui
