#include "app/passive_wait.h"
#include "app/studio/composition.h"
#include "app/studio/grab.h"
#include "app/studio/report.h"
#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/large_memory.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFileInfo>
#include <QSettings>
#include <QTextStream>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

namespace {

using namespace vernier::ui;

struct Options {
    QString project;
    std::uint64_t cacheLimit = 0;
    QString grabFolder, reportFile;
    std::optional<ThemeChoice> theme;
};

/// Questions about the program itself are answered without a display, and so is a wrong command line.
bool needsDisplay(const QCommandLineParser& parser) {
    return !parser.isSet(QStringLiteral("help")) && !parser.isSet(QStringLiteral("help-all")) &&
           !parser.isSet(QStringLiteral("version"));
}

int usageError(const QString& text) {
    QTextStream(stderr) << "vernier-studio: " << text << "\nTry vernier-studio --help\n";
    return 2;
}

void describe(QCommandLineParser& parser) {
    parser.setApplicationDescription(
        QStringLiteral("Calibration studio for post-training quantization of language models"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOption({QStringLiteral("project"), QStringLiteral("Open this project"), QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("grab"),
                      QStringLiteral("Write a PNG of every workspace to this folder and exit; needs no display with "
                                     "QT_QPA_PLATFORM=offscreen"),
                      QStringLiteral("DIR")});
    parser.addOption({QStringLiteral("report"),
                      QStringLiteral("Write the report of the project to this .pdf or .html file and exit; needs no "
                                     "display"),
                      QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("theme"), QStringLiteral("light, dark or system"), QStringLiteral("NAME")});
    parser.addPositionalArgument(QStringLiteral("project"), QStringLiteral("The same as --project"),
                                 QStringLiteral("[FILE]"));
}

QStringList argumentsOf(std::span<char*> arguments) {
    QStringList list;
    for (const char* argument : arguments)
        list.append(QString::fromLocal8Bit(argument));
    return list;
}

int runStudio(int argc, char** argv, const Options& options) {
    if (!options.reportFile.isEmpty() && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    if (!options.reportFile.isEmpty())
        return writeProjectReport(options.project, options.reportFile, options.cacheLimit);
    Composition studio(vernier::cacheFolder(), options.cacheLimit);
    ThemeChoice theme = ThemeChoice::System;
    Theme::fromName(QSettings().value(QStringLiteral("theme")).toString(), theme);
    studio.theme().setChoice(options.theme.value_or(theme));

    std::unique_ptr<Grabber> grabber;
    if (options.grabFolder.isEmpty()) {
        studio.window().restoreLayout();
        studio.window().show();
    } else {
        grabber = std::make_unique<Grabber>(studio.services(), studio.window(), options.grabFolder);
        grabber->start();
    }
    if (!options.project.isEmpty())
        studio.window().openProject(options.project);
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv) {
    vernier::waitPassively(argv);
    vernier::returnLargeMemory();
    QCoreApplication::setOrganizationName(QStringLiteral("Vernier"));
    QCoreApplication::setApplicationName(QStringLiteral("vernier-studio"));
    QCoreApplication::setApplicationVersion(QStringLiteral(VERNIER_VERSION));

    QCommandLineParser parser;
    describe(parser);
    const QStringList arguments = argumentsOf(std::span(argv, static_cast<std::size_t>(argc)));
    const bool isUnderstood = parser.parse(arguments);
    if (!needsDisplay(parser)) {
        const QCoreApplication application(argc, argv);
        QTextStream(stdout) << (parser.isSet(QStringLiteral("version"))
                                    ? QStringLiteral("vernier-studio %1\n").arg(QStringLiteral(VERNIER_VERSION))
                                    : parser.helpText());
        return 0;
    }
    if (!isUnderstood)
        return usageError(parser.errorText());

    Options options;
    try {
        options.cacheLimit = vernier::cacheLimit();
    } catch (const vernier::Error& error) {
        return usageError(QString::fromStdString(error.what()));
    }
    options.project = parser.value(QStringLiteral("project"));
    if (options.project.isEmpty() && !parser.positionalArguments().isEmpty())
        options.project = parser.positionalArguments().constFirst();
    options.grabFolder = parser.value(QStringLiteral("grab"));
    if (parser.isSet(QStringLiteral("theme"))) {
        ThemeChoice choice = ThemeChoice::System;
        if (!Theme::fromName(parser.value(QStringLiteral("theme")), choice))
            return usageError(QStringLiteral("--theme: light, dark or system"));
        options.theme = choice;
    }
    if (!options.project.isEmpty() && !QFileInfo::exists(options.project))
        return usageError(QStringLiteral("%1: no such file").arg(options.project));
    options.reportFile = parser.value(QStringLiteral("report"));
    if (!options.reportFile.isEmpty() && options.project.isEmpty())
        return usageError(QStringLiteral("--report: name a project as well"));
    return runStudio(argc, argv, options);
}
