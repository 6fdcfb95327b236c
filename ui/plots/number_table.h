#pragma once

#include <QString>
#include <QStringList>
#include <QTableWidget>

namespace vernier::ui {

/// Is a read-only table of texts and numbers that sorts by the numbers behind what it shows.
class NumberTable : public QTableWidget {
    Q_OBJECT
public:
    NumberTable(const QString& name, const QStringList& columns, const QStringList& toolTips,
                QWidget* parent = nullptr);

    /// What stands there while there are no rows: what is missing and how to get it.
    void setEmptyText(const QString& hint);
    const QString& emptyText() const { return m_emptyText; }

    void begin(int rows); ///< empties it for so many rows; sorting waits until end()
    void setText(int row, int column, const QString& text, int key = -1);
    void setNumber(int row, int column, double value, const QString& text); ///< not a number sorts last
    void end();

    /// The key given with the text in the first column of a row; -1 for none.
    int keyOf(int row) const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_emptyText;
};

} // namespace vernier::ui
