#pragma once

#include "core/curate/filter.h"
#include "ui/data/curation.h"

#include <QLineEdit>

class QCompleter;
class QStringListModel;

namespace vernier::ui {

/// Is where a filter expression over documents is typed: fields and values are offered as one types, and what is wrong
/// with it is shown at once, without losing what was found before.
class FilterEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit FilterEdit(const Curation& curation, QWidget* parent = nullptr);

    /// The newest expression that could be read.
    const QString& expression() const { return m_expression; }
    /// Says what is wrong, as found out by whoever applied the expression; empty for nothing.
    void setProblem(const QString& problem);
    const QString& problem() const { return m_problem; }

signals:
    void expressionChanged(const QString& expression);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void read();
    void offer();
    void complete(const QString& offer);

    const Curation& m_curation;
    QStringListModel* m_offers;
    QCompleter* m_completer;
    QAction* m_warning;
    QString m_expression;
    QString m_problem;
    std::size_t m_replaceFrom = 0; ///< in UTF-8 bytes, of the text before the cursor
};

} // namespace vernier::ui
