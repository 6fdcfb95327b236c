#pragma once

#include "core/curate/sort_rows.h"
#include "ui/data/curation.h"

#include <QAbstractTableModel>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace vernier::ui {

/// Shows documents of the corpus as rows. Holds no text of its own: a cell is made when it is looked at, so that a
/// million rows cost four million bytes. Sorting is asked for, not done here: sortRequested() goes to whoever searches.
class DocumentTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        InSet,
        Number,
        Tokens,
        Domain,
        Tags,
        Language,
        Perplexity,
        Duplicate,
        Gain,
        Source,
        Line,
        Preview,
        ColumnCount
    };

    explicit DocumentTableModel(const Curation& curation, QObject* parent = nullptr);

    /// rows are indices into the project's corpus.
    void setDocuments(std::shared_ptr<const Project> project, std::vector<std::uint32_t> rows);
    std::optional<DocumentView> document(int row) const; ///< nothing for no row
    std::int64_t documentIndex(int row) const;           ///< in the corpus; -1 for no row
    int rowOf(std::int64_t documentIndex) const;
    const std::vector<std::uint32_t>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    /// What a column is sorted by.
    static SortColumn sortColumnOf(int column);

    void cellsChanged(int first, int last); ///< cells of these columns may read differently

signals:
    void sortRequested(vernier::SortColumn column, Qt::SortOrder order);

private:
    QString text(std::uint32_t document, int column) const;
    QString toolTip(std::uint32_t document, int column) const;
    QString tokensText(std::uint32_t document) const;

    const Curation& m_curation;
    std::shared_ptr<const Project> m_project;
    std::vector<std::uint32_t> m_rows;
};

} // namespace vernier::ui
