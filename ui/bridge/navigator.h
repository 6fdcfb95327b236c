#pragma once

#include "core/quantize/quantize_settings.h"

#include <QObject>
#include <QString>
#include <QStringList>

namespace vernier::ui {

/// Names of the workspaces, as pages ask for each other.
namespace page {
inline const QString kData = QStringLiteral("data");
inline const QString kLayers = QStringLiteral("layers");
inline const QString kRuns = QStringLiteral("runs");
inline const QString kCompare = QStringLiteral("compare");
inline const QString kDiagnose = QStringLiteral("diagnose");
} // namespace page

/// Carries wishes of a page to the window without either knowing the other: "show the Runs workspace", "ask for files".
class Navigator : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

signals:
    void pageRequested(const QString& page);
    /// Show a document of the corpus in the Data workspace, with the set it is to be looked at in.
    void documentRequested(quint32 document, const QString& setName);
    /// Fill the form of the Runs workspace with settings, to be looked at and started; on a calibration set, under a
    /// name.
    void runRequested(const vernier::QuantizeSettings& settings, const QString& setName, const QString& runName);
    void importRequested();                      ///< let the user choose text files to import
    void filesOffered(const QStringList& paths); ///< files or folders of text, which the Data workspace asks about
    void modelRequested();                       ///< let the user choose a model folder
    void openProjectRequested();                 ///< let the user choose a project
};

} // namespace vernier::ui
