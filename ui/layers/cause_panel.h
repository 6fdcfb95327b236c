#pragma once

#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"
#include "ui/layers/cause_list.h"

#include <QWidget>

#include <memory>
#include <vector>

class QAction;
class QKeySequence;
class QMenu;
class QPlainTextEdit;

namespace vernier::ui {

class ElidedLabel;
class NumberTable;

/// Answers "who caused this?" about the selected tap: lists the values that calibration kept with their tokens, of the
/// whole tap, of the selected channel or of some bins of its histogram, and shows the text of the selected one with its
/// token marked. Its document is shown in Data by Enter or a double click, put into the calibration's set by K, left
/// out by D, or counted several times.
class CausePanel : public QWidget {
    Q_OBJECT
public:
    explicit CausePanel(const Services& services, QWidget* parent = nullptr);

    /// Asks about the values in [low, high) of the tap; low = high asks about all again.
    void askAboutValues(double low, double high);

    const CauseList& causes() const { return m_causes; }
    NumberTable& table() const { return *m_table; }
    QPlainTextEdit& text() const { return *m_text; }
    QString heading() const;

signals:
    void valuesAsked(double low, double high); ///< what is asked about now; equal for no particular values
    void listed();

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QLayout* buildBar();
    QAction* addEdit(const QString& name, const QString& text, const QString& toolTip, const QKeySequence& key,
                     void (CausePanel::*act)());
    void connectAll();
    void ask(const KeptValuesQuery& query);
    void askAgain(); ///< about what the selection says
    void refresh();
    void take(CauseList list);
    void fillRow(int row, const ReportedExtreme& value);
    void showTimes();
    void showSelected();
    void markToken();
    void updateActions();
    QString emptyReason() const;
    QString unnamedReason() const;
    QString setName() const; ///< of the calibration shown
    const ReportedExtreme* selected() const;
    std::vector<std::uint32_t> documents() const; ///< of the selected rows, ascending
    void showDocument();
    void add();
    void exclude();
    void multiply(int times);

    Services m_services;
    LatestJob m_finding;
    KeptValuesQuery m_query;
    CauseList m_causes;
    std::shared_ptr<const BlockStatistics> m_block; ///< that the list is of; null for none
    std::shared_ptr<const CalibrationTokens> m_tokens;
    std::string m_tokensOf; ///< hash of the windows that m_tokens are of
    QString m_problem;      ///< why there is no list
    bool m_isStale = true;
    qsizetype m_from = 0, m_to = 0; ///< the marked token, in the text

    ElidedLabel* m_heading;
    NumberTable* m_table;
    QPlainTextEdit* m_text;
    QAction* m_all = nullptr;
    std::vector<QAction*> m_edits;
    QMenu* m_times;
};

} // namespace vernier::ui
