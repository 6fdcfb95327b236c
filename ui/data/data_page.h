#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

#include <cstdint>

class QStackedWidget;

namespace vernier::ui {

class DocumentPanel;
class DocumentReader;
class EmptyState;
class ImportBar;

/// Is the Data workspace: the documents of the project on the left, the selected one as the model sees it on the right.
/// Files are imported by the button or by dropping them.
class DataPage : public QWidget {
    Q_OBJECT
public:
    explicit DataPage(const Services& services, QWidget* parent = nullptr);

    DocumentPanel& documents() const { return *m_documents; }
    DocumentReader& reader() const { return *m_reader; }
    bool isEmpty() const;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void refresh();
    void readDocument(std::int64_t document);
    void importFiles(const QStringList& paths);

    Services m_services;
    ImportBar* m_import;
    DocumentPanel* m_documents;
    DocumentReader* m_reader;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
};

} // namespace vernier::ui
