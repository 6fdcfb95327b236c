#include "ui/data/curation.h"

#include "core/base/error.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/set_history.h"
#include "ui/data/corpus_view.h"

#include <QTimer>

#include <algorithm>
#include <limits>
#include <utility>

namespace vernier::ui {

namespace {

constexpr int kMeterMilliseconds = 250; ///< how often measures that come in are shown

/// Measures that are taken at once: looking up their names must not hold up a frame.
constexpr std::size_t kTakenAtOnce = 20'000;
constexpr std::size_t kQuickDocuments = 10'000, kQuickBytes = std::size_t{4} << 20;

} // namespace

Curation::Curation(const Services& services, QObject* parent)
    : QObject(parent), m_services(services), m_meter(new DocumentMeter(services.quickJobs, this)),
      m_meterTimer(new QTimer(this)), m_building(services.quickJobs, *this) {
    m_meterTimer->setSingleShot(true);
    m_meterTimer->setInterval(kMeterMilliseconds);
    connect(m_meterTimer, &QTimer::timeout, this, &Curation::takeMeter);
    const auto takeSoon = [this] {
        if (!m_meterTimer->isActive())
            m_meterTimer->start();
    };
    connect(m_meter, &DocumentMeter::measured, m_meterTimer, takeSoon);
    connect(m_meter, &DocumentMeter::restarted, this, [this, takeSoon] {
        m_taken = 0;
        takeSoon();
    });
    connect(&services.session, &ProjectSession::projectReset, this, [this] {
        ++m_generation;
        m_taken = 0;
        m_setName.clear();
        m_table = {};
        pick({});
        setCurrent(-1);
        takeProject();
    });
    connect(&services.session, &ProjectSession::corpusChanged, this, &Curation::takeProject);
    connect(&services.model, &ModelProvider::changed, this, [this] { m_meter->setCorpus(project(), model()); });
    takeProject();
}

std::shared_ptr<const Project> Curation::project() const {
    return m_services.session.project();
}

std::shared_ptr<const Workbench::OpenModel> Curation::model() const {
    return m_services.model.model();
}

const std::shared_ptr<Workbench>& Curation::workbench() const {
    return m_services.session.workbench();
}

void Curation::takeProject() {
    m_meter->setCorpus(project(), model());
    buildTable();
    takeSets();
}

void Curation::buildTable() {
    const auto now = project();
    if (now && m_table.size() == now->corpus.size() && m_table.size() > 0)
        return;
    const auto built = std::make_shared<DocumentTable>();
    const auto arrange = [built, now](JobContext&) {
        if (now)
            *built = DocumentTable(now->corpus);
    };
    m_building.startThen(tr("Arrange documents"), arrange, [this, built] {
        // What a model or a comparison found out about the documents that were there still holds.
        built->measures = std::move(m_table.measures);
        m_table = std::move(*built);
        m_times.resize(m_table.size(), 0);
        takeMeter();
        takeSets();
        emit tableReset();
    });
}

void Curation::takeMeter() {
    MeasuredColumns& measures = m_table.measures;
    const std::size_t documents = m_table.size();
    if (m_taken == 0) {
        measures.tokens.clear();
        measures.languages = {};
        measures.scripts = {};
    }
    if (model())
        measures.tokens.resize(documents, kUnknownTokens);
    measures.languages.resize(documents);
    measures.scripts.resize(documents);
    const std::size_t known = std::min(m_meter->done(), documents);
    const std::size_t end = std::min(known, m_taken + kTakenAtOnce);
    for (; m_taken < end; ++m_taken) {
        const std::int32_t count = m_meter->counts()[m_taken];
        if (count >= 0 && !measures.tokens.empty())
            measures.tokens[m_taken] = static_cast<std::uint32_t>(count);
        measures.languages.set(m_taken, m_meter->languages()[m_taken]);
        measures.scripts.set(m_taken, m_meter->scripts()[m_taken]);
    }
    if (m_taken < known)
        m_meterTimer->start();
    const auto lengthen = [documents](std::vector<float>& column) {
        if (!column.empty())
            column.resize(documents, std::numeric_limits<float>::quiet_NaN());
    };
    lengthen(measures.perplexity);
    lengthen(measures.coverageGain);
    for (std::size_t i = measures.duplicateOf.size(); i > 0 && i < documents; ++i)
        measures.duplicateOf.push_back(static_cast<std::uint32_t>(i));
    emit measuresChanged();
}

void Curation::measure(const std::function<void(MeasuredColumns&)>& fill) {
    fill(m_table.measures);
    takeMeter();
}

const CalibrationSet* Curation::set() const {
    const auto now = project();
    return now && !m_setName.isEmpty() ? now->findSet(m_setName.toStdString()) : nullptr;
}

void Curation::takeSets() {
    const auto now = project();
    if (now && !set() && !now->sets.empty())
        m_setName = QString::fromStdString(now->sets.front().name);
    else if (!set())
        m_setName.clear();
    m_times.assign(m_table.size(), 0);
    if (const CalibrationSet* chosen = set())
        for (const std::uint32_t document : chosen->documents)
            if (document < m_times.size() && m_times[document] < std::numeric_limits<std::uint16_t>::max())
                ++m_times[document];
    emit setsChanged();
}

bool Curation::isQuickToRead() const {
    const auto now = project();
    if (!now)
        return false;
    std::size_t documents = 0, bytes = 0;
    for (const CalibrationSet& each : now->sets) {
        if (&each != set() && each.purpose != SetPurpose::Evaluation)
            continue;
        documents += each.documents.size();
        if (documents > kQuickDocuments)
            return false;
        for (const std::uint32_t document : each.documents)
            bytes += now->corpus.text(document).size();
    }
    return bytes <= kQuickBytes;
}

void Curation::chooseSet(const QString& name) {
    if (name == m_setName)
        return;
    m_setName = name;
    takeSets();
}

void Curation::editSet(const std::function<SetEdit(const CalibrationSet&)>& change) {
    m_services.session.sets().edit(m_setName, change);
}

void Curation::editSets(const std::function<SetsEdit(SetList)>& change) {
    m_services.session.sets().edit(change);
}

JobId Curation::submit(const QString& title, std::function<void(const Project&, JobContext&)> work, QObject* context,
                       std::function<void()> done) {
    if (!project())
        return 0;
    const auto snapshot = std::make_shared<std::shared_ptr<const Project>>();
    JobRequest request;
    request.title = title;
    request.context = context;
    request.prepare = [this, snapshot] { *snapshot = project(); };
    request.work = [snapshot, work = std::move(work)](JobContext& job) {
        if (!*snapshot)
            throw Error(ErrorKind::Cancelled, "project", "was closed");
        work(**snapshot, job);
    };
    request.onFinished = [this, snapshot, done = std::move(done),
                          generation = m_generation](const JobOutcome& outcome) {
        snapshot->reset();
        if (outcome.state == JobState::Done && generation == m_generation)
            done();
    };
    return m_services.jobs.submit(std::move(request));
}

void Curation::pick(std::vector<std::uint32_t> documents) {
    std::sort(documents.begin(), documents.end());
    documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
    if (documents == m_picked)
        return;
    m_picked = std::move(documents);
    emit pickedChanged();
}

void Curation::setCurrent(std::int64_t document) {
    if (document == m_current)
        return;
    m_current = document;
    emit currentChanged(document);
}

} // namespace vernier::ui
