#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QMimeData;

namespace vernier::ui {

/// Lets the user import files: a button, and the tag that names the set they join.
class ImportBar : public QWidget {
    Q_OBJECT
public:
    explicit ImportBar(QWidget* parent = nullptr);

    QString tag() const;
    void setTag(const QString& tag);
    void chooseFiles();

    /// The local files that are dragged; empty when there is a project, a model or a folder among them, which the
    /// window knows what to do with.
    static QStringList filesOf(const QMimeData& data);

signals:
    void filesChosen(const QStringList& paths);

private:
    QLineEdit* m_tag;
};

} // namespace vernier::ui
