#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QMenu;
class QMimeData;

namespace vernier::ui {

/// Lets the user bring in documents: a button for files with a menu of other sources, and the tag that names the set
/// they join.
class ImportBar : public QWidget {
    Q_OBJECT
public:
    explicit ImportBar(QWidget* parent = nullptr);

    QString tag() const;
    void setTag(const QString& tag);
    void chooseFiles();
    void setExamples(const QStringList& names);

    /// The local files and folders of text that are dragged; empty when there is a project or a model among them, which
    /// the window knows what to do with.
    static QStringList filesOf(const QMimeData& data);

signals:
    void filesChosen(const QStringList& paths);
    void textPasted(const QString& text);
    void exampleChosen(const QString& name);
    void generationRequested(); ///< let the model write documents
    void examplesWanted();      ///< setExamples() is to be called

private:
    void buildMenu(QMenu& menu);
    void chooseFolder();
    void paste();

    QLineEdit* m_tag;
    QMenu* m_examples = nullptr;
};

} // namespace vernier::ui
