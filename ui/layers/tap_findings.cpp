#include "ui/layers/tap_findings.h"

#include "core/base/error.h"
#include "core/workbench/diagnose.h"
#include "core/workbench/gram_conditions.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"

#include <cmath>
#include <utility>

namespace vernier::ui {

TapFindings::TapFindings(const Services& services, QObject* parent)
    : QObject(parent), m_services(services), m_examining(services.jobs, *this), m_lookingUp(services.jobs, *this) {
    for (const auto signal : {&StatisticsStore::reset, &StatisticsStore::sourceChanged})
        connect(&services.statistics, signal, this, &TapFindings::restart);
    connect(&services.selection, &Selection::runChanged, this, &TapFindings::takeSensitivities);
    connect(&services.session, &ProjectSession::runsChanged, this, &TapFindings::takeSensitivities);
    connect(&services.session, &ProjectSession::projectReset, this, &TapFindings::takeSensitivities);
    connect(&services.session.findings(), &Findings::changed, this, [this](const QString& run) {
        if (run == m_services.selection.run())
            takeSensitivities();
    });
    restart();
    takeSensitivities();
}

std::optional<double> TapFindings::gramCondition(int block, int group) const {
    if (block < 0 || static_cast<std::size_t>(block) >= m_grams.size() || group < 0)
        return std::nullopt;
    const auto& grams = m_grams[static_cast<std::size_t>(block)];
    const auto at = static_cast<std::size_t>(group);
    return at < grams.size() && grams[at].seen() ? std::optional(std::pow(10.0, grams[at].log10Condition))
                                                 : std::nullopt;
}

std::optional<double> TapFindings::sensitivity(const QString& linear) const {
    const auto found = m_sensitivities.constFind(linear);
    return found == m_sensitivities.constEnd() ? std::nullopt : std::optional(*found);
}

void TapFindings::restart() {
    const StatisticsStore& store = m_services.statistics;
    const auto& record = store.record();
    const std::vector<std::string> keys = record && !store.isLoading() ? record->blockKeys : std::vector<std::string>();
    if (keys == m_blockKeys)
        return;
    m_blockKeys = keys;
    m_grams.assign(keys.size(), {});
    m_next = 0;
    m_examining.cancel();
    m_isExamining = false;
    emit changed();
    examineNext();
}

void TapFindings::setWatched(bool watched) {
    m_isWatched = watched;
    examineNext();
}

// One block after the other, each behind the jobs that have come to wait meanwhile.
void TapFindings::examineNext() {
    const auto& record = m_services.statistics.record();
    if (!record || m_next >= m_blockKeys.size() || !m_isWatched || m_isExamining)
        return;
    m_isExamining = true;
    const auto grams = std::make_shared<std::vector<GramHealth>>();
    m_examining.start(
        tr("Examine the Grams of block %1").arg(m_next),
        [bench = m_services.session.workbench(), record = *record, block = static_cast<int>(m_next),
         grams](JobContext& job) { *grams = gramConditions(*bench, record, block, job); },
        [this, grams](const JobOutcome& outcome) {
            m_isExamining = false;
            if (outcome.state == JobState::Cancelled)
                return;
            m_grams[m_next++] = std::move(*grams); // none where it failed
            emit changed();
            examineNext();
        },
        false);
}

void TapFindings::takeSensitivities() {
    const auto project = m_services.session.project();
    const Run* run = project ? project->findRun(m_services.selection.run().toStdString()) : nullptr;
    const std::vector<LinearSensitivity>* linears = run ? m_services.session.findings().sensitivities(*run) : nullptr;
    QHash<QString, double> known;
    if (linears)
        for (const LinearSensitivity& linear : *linears)
            known.insert(fromUtf8(linear.name), linear.kl);
    if (known != m_sensitivities) {
        m_sensitivities = std::move(known);
        emit changed();
    }
    m_lookingUp.cancel();
    if (run && !linears && !run->blockKeys.empty() && project->findSet("evaluation"))
        lookUpSensitivities(project, *run);
}

void TapFindings::lookUpSensitivities(const std::shared_ptr<const Project>& project, const Run& run) {
    const auto found = std::make_shared<std::vector<LinearSensitivity>>();
    m_lookingUp.startThen(
        tr("Look up the sensitivities of %1").arg(fromUtf8(run.name)),
        [bench = m_services.session.workbench(), project, &run, found](JobContext& job) {
            EvaluationData data;
            data.maxWindows = kDiagnoseWindows;
            try {
                *found = knownSensitivities(*bench, *project, run, data, job); // the project keeps the run alive
            } catch (const Error& error) {
                if (error.kind() == ErrorKind::Cancelled)
                    throw;
                // A model or a text that has gone cannot be looked up for: nothing is known then, and nothing failed.
            }
        },
        [this, project, &run, found] {
            if (!found->empty())
                m_services.session.findings().setSensitivities(run, std::move(*found));
        },
        false);
}

} // namespace vernier::ui
