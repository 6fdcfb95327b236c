#pragma once

#include "ui/data/curation.h"
#include "ui/data/mix.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace vernier::ui {

class BarsPlot;
class HistogramPlot;

/// Shows what the curated set is made of: how long its documents are, and how its text divides into domains, languages
/// or sources beside the text that it is to stand for.
class MixPanel : public QWidget {
    Q_OBJECT
public:
    explicit MixPanel(Curation& curation, QWidget* parent = nullptr);

    BarsPlot& shares() const { return *m_shares; }
    HistogramPlot& lengths() const { return *m_lengths; }

signals:
    void filterRequested(const QString& expression); ///< the documents of the bar that was clicked
    void refreshed();

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Summary {
        MixShares mix;
        LengthHistogram lengths;
    };
    void fillSets();
    void refresh();
    void show(const Summary& summary);
    QString filterFor(int group) const;

    Curation& m_curation;
    QComboBox* m_by;
    QComboBox* m_other;
    BarsPlot* m_shares;
    HistogramPlot* m_lengths;
    QLabel* m_facts;
    std::vector<std::string> m_groups;
    LatestJob m_summing;
};

} // namespace vernier::ui
