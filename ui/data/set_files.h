#pragma once

#include "ui/data/curation.h"

#include <QObject>

class QWidget;

namespace vernier::ui {

/// Brings documents and sets in from files and elsewhere, and writes sets out, for the Data workspace: asks where, and
/// puts it to the session.
class SetFiles : public QObject {
    Q_OBJECT
public:
    SetFiles(Curation& curation, QWidget* window);

    void exportSet(); ///< the curated one
    void importSet();
    void generate();
    /// Reads the names of the built-in examples.
    void listExamples();

signals:
    void examplesListed(const QStringList& names);

private:
    Curation& m_curation;
    QWidget* m_window;
};

} // namespace vernier::ui
