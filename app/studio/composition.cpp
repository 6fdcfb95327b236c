#include "app/studio/composition.h"

#include "ui/compare/compare_page.h"
#include "ui/data/data_page.h"
#include "ui/diagnose/diagnose_page.h"
#include "ui/layers/layers_page.h"
#include "ui/runs/runs_page.h"

namespace vernier::ui {

Composition::Composition(const std::filesystem::path& cacheFolder, std::uint64_t cacheLimit)
    : m_bench(std::make_shared<Workbench>(cacheFolder, ArtefactCache::Warn(), cacheLimit)), m_model(m_jobs, m_bench),
      m_statistics(m_jobs, m_bench, m_model), m_session(m_jobs, m_bench, m_model, m_statistics),
      m_queue(m_session, m_jobs), m_services{m_jobs,    m_quickJobs, m_model,     m_statistics,
                                             m_session, m_queue,     m_selection, m_navigator},
      m_window(m_services, m_theme) {
    addPages();
    m_window.finishMenus();
}

void Composition::addPages() {

    m_window.addPage({page::kData, MainWindow::tr("Data"), MainWindow::tr("Documents, sets and their tokens"),
                      QStringLiteral("data"), new DataPage(m_services)});
    m_window.addPage({page::kLayers, MainWindow::tr("Layers"),
                      MainWindow::tr("Activations of every layer: histograms, clipping, channels"),
                      QStringLiteral("layers"), new LayersPage(m_services)});
    m_window.addPage({page::kRuns, MainWindow::tr("Runs"),
                      MainWindow::tr("Calibrate and quantize, and watch it happen"), QStringLiteral("runs"),
                      new RunsPage(m_services)});
    m_window.addPage({page::kCompare, MainWindow::tr("Compare"),
                      MainWindow::tr("Runs side by side: size, perplexity, error per layer"), QStringLiteral("compare"),
                      new ComparePage(m_services)});
    m_window.addPage({page::kDiagnose, MainWindow::tr("Diagnose"),
                      MainWindow::tr("Where a run loses: blocks, linears, tokens"), QStringLiteral("diagnose"),
                      new DiagnosePage(m_services)});
}

} // namespace vernier::ui
