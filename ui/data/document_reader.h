#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"
#include "ui/bridge/latest_job.h"

#include <QWidget>

#include <cstdint>
#include <memory>

class QCheckBox;
class QLabel;
class QStackedWidget;

namespace vernier::ui {

class EmptyState;
class TokenTextView;
struct TokenPreview;

/// Shows one document as the model sees it: rendered through the chat template, cut into tokens, with its counts and
/// where it came from. Rendering runs beside the interface; the newest document wins.
class DocumentReader : public QWidget {
    Q_OBJECT
public:
    explicit DocumentReader(JobRunner& quickJobs, QWidget* parent = nullptr);

    /// document is an index into the corpus, -1 for none; model may be null while none is open.
    void show(std::shared_ptr<const Project> project, std::int64_t document,
              std::shared_ptr<const Workbench::OpenModel> model);

    TokenTextView& text() const { return *m_text; }
    QString factsText() const;

signals:
    void shown();

private:
    void present(const DocumentView& document, TokenPreview preview, bool hasModel);
    void clear();

    LatestJob m_rendering;
    QLabel* m_origin;
    QLabel* m_facts;
    QLabel* m_problem;
    QCheckBox* m_tokens;
    QCheckBox* m_invisibles;
    TokenTextView* m_text;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
};

} // namespace vernier::ui
