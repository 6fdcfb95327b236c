#pragma once

#include "core/workbench/import_files.h"
#include "ui/bridge/latest_job.h"
#include "ui/data/import_preview.h"

#include <QDialog>
#include <QStringList>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableWidget;

namespace vernier::ui {

class ElidedLabel;
class EmptyState;
class MappingForm;

/// Shows what an import would make of files, folders or pasted text, and lets the user say how they are read and where
/// the documents go. Files are read beside the interface, again after every change; the newest reading wins.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    /// source says what is imported; its tag and set, where given, are proposed. setNames are the sets there are.
    /// chatTemplate may be null.
    ImportDialog(JobRunner& quickJobs, ImportRequest source, const QStringList& setNames,
                 std::shared_ptr<const ChatTemplate> chatTemplate, QWidget* parent = nullptr);

    ImportRequest request() const;
    const ImportPreview& preview() const { return m_preview; }

signals:
    void previewed();

private:
    QWidget* buildSide(const QStringList& setNames);
    QWidget* buildPreview();
    void proposeTags();
    void readAgain();
    void present(ImportPreview preview);
    void presentFiles();
    void presentRows();
    void presentSkipped();
    QString factsText() const;
    void showDocument(int row);

    LatestJob m_reading;
    ImportRequest m_source;
    std::shared_ptr<const ChatTemplate> m_template;
    ImportPreview m_preview;
    bool m_tagsEdited = false;
    QComboBox* m_file;
    ElidedLabel* m_name;
    QLabel* m_facts;
    MappingForm* m_mapping;
    QComboBox* m_set;
    QLineEdit* m_tags;
    QTableWidget* m_rows;
    QPlainTextEdit* m_text;
    QLabel* m_skippedTitle;
    QTableWidget* m_skipped;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    QPushButton* m_import = nullptr;
};

} // namespace vernier::ui
