#pragma once

#include "core/curate/principal_map.h"
#include "core/workbench/measure_documents.h"
#include "ui/data/curation.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace vernier::ui {

class MapPlot;

/// Shows documents as the model sees them beside each other: a point each, where documents that are alike stand
/// together. Points are picked by drawing around them; the rest of the workspace follows.
class MapPanel : public QWidget {
    Q_OBJECT
public:
    explicit MapPanel(Curation& curation, QWidget* parent = nullptr);

    MapPlot& plot() const { return *m_plot; }
    /// Reads the documents of the set, or all of them, with the model.
    void measure();

signals:
    void measured();

private:
    void take(const MeasuredDocuments& measures, const PrincipalMap& map);
    void colour();
    void showPicked();
    void showCurrent(std::int64_t document);
    void refresh();
    std::vector<std::uint32_t> wantedDocuments() const;

    Curation& m_curation;
    QComboBox* m_scope;
    QComboBox* m_colourBy;
    QToolButton* m_lasso;
    QPushButton* m_measure;
    MapPlot* m_plot;
    QLabel* m_facts;
    std::vector<std::uint32_t> m_documents; ///< point i is this document; ascending
    JobId m_job = 0;
};

} // namespace vernier::ui
