// Measures the Compare workspace on a project of many runs: opening it, and every interaction until it is painted. A
// table on standard output; the numbers to hold are 1 s and 50 ms for 200 runs.

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_arrangement.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"
#include "ui/compare/compare_page.h"
#include "ui/plots/lines_plot.h"
#include "ui/plots/scatter_plot.h"
#include "ui/runs/run_table_view.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>

#include <fmt/format.h>

namespace vernier::ui {
namespace {

constexpr int kBlocks = 28;
constexpr int kRounds = 15;

/// Runs with the reports of a model of 28 blocks, evaluated on six domains, every one with settings of its own.
Project projectOf(int runs) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> share(0, 1);
    Project project;
    for (int i = 0; i < runs; ++i) {
        Run& run = project.runs.emplace_back();
        run.name = fmt::format("run-{:03}", i);
        run.settings.method = std::array{Method::Rtn, Method::Gptq, Method::Awq}[static_cast<std::size_t>(i % 3)];
        run.settings.scheme = {2 + i % 5, i % 2 ? 64 : 128, i % 4 == 0};
        run.settings.dampPercent = 0.01 * (1 + i % 7);
        run.calibration.setName = i % 3 ? "default" : "law";
        run.calibration.modelFingerprint = std::string(64, 'f');
        run.calibration.blockKeys.assign(kBlocks, std::string(64, 'b'));
        run.blockKeys.assign(kBlocks, std::string(64, 'c'));
        for (int block = 0; block < kBlocks; ++block)
            for (const char* linear : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                                       "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"}) {
                LinearReport& report = run.reports.emplace_back();
                report.name = fmt::format("model.layers.{}.{}", block, linear);
                report.relativeError = 0.001 + 0.05 * share(random);
                report.how = "gptq";
                report.dampHistory = {0.01};
            }
        run.storedBytes = 1'000'000'000 + static_cast<std::uint64_t>(i) * 7'000'000;
        run.parameters = 3'000'000'000;
        run.seconds = 100 + i;
        run.tags = {fmt::format("tag {}", i % 6)};
        run.note = "what was tried here, and why";
        Evaluation& evaluation = run.evaluation.emplace();
        evaluation.dataName = "evaluation";
        evaluation.perplexity = 10 + 5 * share(random);
        evaluation.referencePerplexity = 9.5;
        evaluation.kl = 0.2 * share(random);
        evaluation.top1 = 1 - 0.2 * share(random);
        for (const char* domain : {"code", "law", "maths", "news", "poems", "talk"}) {
            GroupScore& score = evaluation.groups.emplace_back();
            score.name = domain;
            score.perplexity = 8 + 9 * share(random);
        }
    }
    return project;
}

/// Milliseconds by the clock, and of processor time of all threads: on a busy machine only the second stays put.
struct Milliseconds {
    double clock = 0, processor = 0;
};

Milliseconds milliseconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock();
    work();
    return {std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count(),
            1000.0 * static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC};
}

void paint() {
    // Queued replots and paints, those that they cause too.
    for (int round = 0; round < 3; ++round) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

void report(const char* what, const std::vector<Milliseconds>& times) {
    const auto sorted = [&](double Milliseconds::*kind) {
        std::vector<double> values;
        for (const Milliseconds& time : times)
            values.push_back(time.*kind);
        std::ranges::sort(values);
        return values;
    };
    const auto clock = sorted(&Milliseconds::clock), processor = sorted(&Milliseconds::processor);
    fmt::print("{:<32}{:>9.1f} {:>9.1f} {:>9.1f} {:>12.1f} {:>9.1f}\n", what, clock.front(), clock[clock.size() / 2],
               clock.back(), processor[processor.size() / 2], processor.back());
}

void measure(int runs) {
    test::StudioFixture studio;
    const QString path = fromPath(studio.folder / "runs.vernier");
    saveProject(projectOf(runs), toPath(path));
    ComparePage page(studio.services);
    page.resize(1400, 850);
    page.show();
    RunTableView& table = *page.findChild<RunTableView*>();
    RunArrangement& arrangement = table.arrangement();
    ScatterPlot& plot = *page.findChild<ScatterPlot*>();

    fmt::print("{:<32}{:>9} {:>9} {:>9} {:>12} {:>9}\n", fmt::format("{} runs, milliseconds", runs), "least", "median",
               "most", "processor", "most");
    std::vector<Milliseconds> reading, opening;
    for (int round = 0; round < 5; ++round) {
        studio.session.close();
        paint();
        reading.push_back(milliseconds([&] { loadProject(toPath(path)); }));
        opening.push_back(milliseconds([&] {
            studio.session.open(path);
            while (!studio.session.isOpen())
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            paint();
        }));
    }
    report("reading the file", reading);
    report("opening until painted", opening);
    const auto each = [&](const char* what, const std::function<void(int)>& act) {
        std::vector<Milliseconds> times;
        for (int round = 0; round < kRounds; ++round) {
            times.push_back(milliseconds([&] {
                act(round);
                paint();
            }));
            studio.settle(); // the save that an edit starts runs on the worker
        }
        report(what, times);
    };
    const auto name = [](int i) { return QStringLiteral("run-%1").arg(i, 3, 10, QLatin1Char('0')); };
    each("typing into the filter", [&](int i) { arrangement.setFilter(i % 2 ? QString() : QStringLiteral("gptq 4")); });
    arrangement.setFilter({});
    each("sorting", [&](int i) { table.sortByColumn(RunTableModel::Perplexity + i % 4, Qt::AscendingOrder); });
    each("grouping", [&](int i) { arrangement.setGrouping(static_cast<RunGrouping>(i % 5)); });
    arrangement.setGrouping(RunGrouping::None);
    each("selecting a run", [&](int i) { studio.selection.selectRun(name(i)); });
    each("selecting all runs", [&](int i) { i % 2 ? table.clearSelection() : table.selectAll(); });
    each("scrolling", [&](int i) { table.scrollToBottom(), i % 2 ? table.scrollToTop() : void(); });
    each("pinning a baseline", [&](int i) { studio.session.runs().pinBaseline(name(i)); });
    each("renaming", [&](int i) { studio.session.runs().rename(name(i), name(500 + i)); });
    each("undoing", [&](int) { studio.session.runs().undo(); });
    each("tagging all", [&](int i) {
        QStringList all;
        for (const ComparisonRow& row : arrangement.source().rows())
            all.append(fromUtf8(row.run));
        studio.session.runs().addTags(all, QStringLiteral("t%1").arg(i));
    });
    each("deleting ten runs", [&](int i) {
        QStringList ten;
        for (int run = 0; run < 10; ++run)
            ten.append(name(20 + (i * 10 + run) % std::max(runs - 30, 1)));
        studio.session.runs().remove(ten);
    });
    each("undoing that", [&](int) { studio.session.runs().undo(); });
    each("hiding a run", [&](int i) { arrangement.hideRuns({name(i)}); });
    each("drawing the trade-off plot", [&](int) { plot.redrawNow(); });
    each("drawing the errors", [&](int) { page.findChild<LinesPlot*>()->redrawNow(); });
}

} // namespace
} // namespace vernier::ui

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    QCoreApplication::setOrganizationName(QStringLiteral("Vernier"));
    QCoreApplication::setApplicationName(QStringLiteral("vernier-bench"));
    const QApplication application(argc, argv);
    vernier::ui::measure(argc > 1 ? std::max(std::atoi(argv[1]), 30) : 200);
}
