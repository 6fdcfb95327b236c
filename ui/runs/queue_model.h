#pragma once

#include "ui/bridge/services.h"

#include <QAbstractTableModel>
#include <QStringList>

namespace vernier::ui {

/// Lists the orders of the project's queue, the next first, with how far the one at work is.
class QueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Settings, Set, State, ColumnCount };
    enum Role {
        NameRole = Qt::UserRole,
        IsWaitingRole, ///< neither at work, nor failed or cancelled
    };

    explicit QueueModel(const Services& services, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    QString nameAt(int row) const; ///< empty outside
    int rowOf(const QString& name) const;

private:
    void refresh();
    QString stateText(int row) const;

    Services m_services;
    QStringList m_names;
};

} // namespace vernier::ui
