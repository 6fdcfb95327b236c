#pragma once

#include "ui/bridge/services.h"

#include <QWidget>

class QStackedWidget;
class QTabWidget;

namespace vernier {
struct ImportRequest;
}

namespace vernier::ui {

class Curation;
class DocumentPanel;
class DocumentReader;
class EmptyState;
class ImportBar;

/// Is the Data workspace: the documents of the project on the left; on the right, in tabs, the selected one as the
/// model sees it and what is known of the set as a whole. Files are imported by the button or by dropping them.
class DataPage : public QWidget {
    Q_OBJECT
public:
    explicit DataPage(const Services& services, QWidget* parent = nullptr);

    Curation& curation() const { return *m_curation; }
    DocumentPanel& documents() const { return *m_documents; }
    DocumentReader& reader() const { return *m_reader; }
    QTabWidget& views() const { return *m_views; }
    bool isEmpty() const;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildViews();
    void addView(QWidget* view, const QString& title, const QString& toolTip);
    void refresh();
    void readDocument();
    void reveal(quint32 document, const QString& setName);
    void importFiles(const QStringList& paths);
    void importPasted(const QString& text);
    void ask(ImportRequest source); ///< how and where to, and imports it then

    Services m_services;
    Curation* m_curation;
    ImportBar* m_import;
    DocumentPanel* m_documents;
    DocumentReader* m_reader;
    QTabWidget* m_views;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
};

} // namespace vernier::ui
