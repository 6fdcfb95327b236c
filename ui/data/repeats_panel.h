#pragma once

#include "core/workbench/find_duplicates.h"
#include "ui/data/curation.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace vernier::ui {

/// Finds text that stands in the project more than once: documents that repeat each other, and what the curated set
/// shares with a set that is held out.
class RepeatsPanel : public QWidget {
    Q_OBJECT
public:
    explicit RepeatsPanel(Curation& curation, QWidget* parent = nullptr);

    void findRepeats();
    void findShared();
    QString repeatsText() const;
    QString sharedText() const;

signals:
    void repeatsFound();
    void sharedFound();

private:
    QWidget* buildRepeats();
    QWidget* buildShared();
    void refresh();
    void fillSets();
    void takeRepeats(const DuplicateClusters& clusters, const std::vector<std::uint32_t>& documents);
    void takeShared(const SetLeaks& leaks, const LeakOptions& options);
    void excludeRepeats();
    void excludeShared();

    Curation& m_curation;
    QDoubleSpinBox* m_threshold;
    QPushButton* m_find;
    QLabel* m_repeats;
    QPushButton* m_excludeRepeats;
    QComboBox* m_heldOut;
    QSpinBox* m_words;
    QPushButton* m_compare;
    QLabel* m_shared;
    QTableWidget* m_table;
    QPushButton* m_excludeShared;
    std::vector<SharedText> m_found;
    JobId m_repeatsJob = 0;
    JobId m_sharedJob = 0;
};

} // namespace vernier::ui
