#include "ui/bridge/statistics_store.h"

#include "core/workbench/calibrate.h"
#include "ui/bridge/text.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace vernier::ui {

std::shared_ptr<const BlockStatistics> withoutGrams(const BlockStatistics& block) {
    auto taps = std::make_shared<BlockStatistics>();
    taps->block = block.block;
    taps->taps = block.taps;
    return taps;
}

StatisticsStore::StatisticsStore(JobRunner& jobs, std::shared_ptr<Workbench> bench, ModelProvider& model,
                                 QObject* parent)
    : QObject(parent), m_jobs(jobs), m_bench(std::move(bench)), m_model(model) {
    connect(&m_model, &ModelProvider::changed, this, &StatisticsStore::readModel);
}

int StatisticsStore::blockCount() const {
    if (m_record)
        return static_cast<int>(m_record->blockKeys.size());
    const ArchitectureSpec* spec = m_model.spec();
    return std::max(spec ? spec->blocks : 0, static_cast<int>(m_blocks.size()));
}

int StatisticsStore::arrivedBlocks() const {
    return static_cast<int>(
        std::count_if(m_blocks.begin(), m_blocks.end(), [](const auto& block) { return block != nullptr; }));
}

std::shared_ptr<const BlockStatistics> StatisticsStore::block(int block) const {
    if (block == blockCount())
        return m_head;
    if (block < 0 || static_cast<std::size_t>(block) >= m_blocks.size())
        return nullptr;
    return m_blocks[static_cast<std::size_t>(block)];
}

const std::vector<InputGroup>& StatisticsStore::inputGroups(int block) const {
    static const std::vector<InputGroup> none;
    return block >= 0 && static_cast<std::size_t>(block) < m_groups.size() ? m_groups[static_cast<std::size_t>(block)]
                                                                           : none;
}

const std::vector<TapSpec>& StatisticsStore::taps(int block) const {
    static const std::vector<TapSpec> none;
    return block >= 0 && static_cast<std::size_t>(block) < m_taps.size() ? m_taps[static_cast<std::size_t>(block)]
                                                                         : none;
}

QString StatisticsStore::tapName(int block, int tap) const {
    const std::vector<TapSpec>& known = taps(block);
    if (tap < 0 || static_cast<std::size_t>(tap) >= known.size())
        return {};
    return fromUtf8(known[static_cast<std::size_t>(tap)].name);
}

QString StatisticsStore::tapLabel(int block, int tap) const {
    const std::vector<InputGroup>& groups = inputGroups(block);
    if (tap < 0 || static_cast<std::size_t>(tap) >= taps(block).size())
        return {};
    const TapSpec& spec = taps(block)[static_cast<std::size_t>(tap)];
    QString text;
    if (spec.kind == TapKind::LinearInput && static_cast<std::size_t>(tap) < groups.size()) {
        QStringList names;
        for (const LinearSpec& linear : groups[static_cast<std::size_t>(tap)].linears)
            names.append(QString::fromStdString(linear.name).section(QLatin1Char('.'), -1));
        text = names.join(QStringLiteral(", "));
    } else {
        const QString name = tapName(block, tap), what = name.section(QLatin1Char(':'), 1);
        text = spec.kind == TapKind::LinearOutput
                   ? tr("%1 output").arg(name.section(QLatin1Char(':'), 0, 0).section(QLatin1Char('.'), -1))
               : spec.kind == TapKind::Logits ? tr("logits")
                                              : what;
    }
    return spec.expert < 0 ? text : tr("Expert %1: %2").arg(spec.expert).arg(text);
}

void StatisticsStore::show(const CalibrationRecord& record) {
    forget(Source::Cache, QString::fromStdString(record.setName));
    m_record = record;
    m_blocks.resize(record.blockKeys.size());
    JobRequest request;
    request.title = tr("Load statistics of set %1").arg(m_setName);
    request.quiet = true;
    request.context = this;
    const quint64 generation = m_generation;
    request.work = [this, generation, bench = m_bench, record, poster = m_jobs.poster(this)](JobContext& job) {
        for (int index = 0; index < static_cast<int>(record.blockKeys.size()); ++index) {
            job.throwIfCancelled();
            const auto block = loadBlockStatistics(*bench, record, index);
            if (block)
                poster.post([this, generation, taps = withoutGrams(*block)] {
                    if (generation == m_generation)
                        addBlock(taps);
                });
        }
        if (const auto logits = loadLogits(*bench, record))
            poster.post([this, generation, logits] {
                if (generation == m_generation)
                    takeHead(logits);
            });
    };
    request.onFinished = [this, generation](const JobOutcome&) {
        if (generation != m_generation)
            return;
        m_loading = 0;
        emit sourceChanged();
    };
    m_loading = m_jobs.submit(std::move(request));
    emit reset();
}

void StatisticsStore::beginRun(const QString& setName) {
    forget(Source::Running, setName);
    emit reset();
}

void StatisticsStore::addBlock(std::shared_ptr<const BlockStatistics> block) {
    const auto index = static_cast<std::size_t>(block->block);
    if (index >= m_blocks.size())
        m_blocks.resize(index + 1);
    m_blocks[index] = std::move(block);
    emit blockArrived(static_cast<int>(index));
}

void StatisticsStore::finishRun(const CalibrationRecord& record) {
    m_record = record;
    m_setName = QString::fromStdString(record.setName);
    m_source = Source::Cache;
    emit sourceChanged();
    if (!record.logitsKey.empty() && !m_head)
        loadHead();
}

void StatisticsStore::loadHead() {
    const auto logits = std::make_shared<std::shared_ptr<const TapStatistics>>();
    JobRequest request;
    request.title = tr("Load the logits of set %1").arg(m_setName);
    request.quiet = true;
    request.context = this;
    request.work = [bench = m_bench, record = *m_record, logits](JobContext&) { *logits = loadLogits(*bench, record); };
    request.onFinished = [this, logits, generation = m_generation](const JobOutcome&) {
        if (generation == m_generation && *logits)
            takeHead(*logits);
    };
    m_jobs.submit(std::move(request));
}

void StatisticsStore::takeHead(std::shared_ptr<const TapStatistics> logits) {
    auto head = std::make_shared<BlockStatistics>();
    head->block = blockCount();
    head->taps.push_back(*logits);
    m_head = std::move(head);
    emit blockArrived(m_head->block);
}

void StatisticsStore::abandonRun() {
    if (m_source != Source::Running)
        return;
    m_source = arrivedBlocks() ? Source::Partial : Source::None;
    emit sourceChanged();
}

void StatisticsStore::clear() {
    forget(Source::None, {});
    emit reset();
}

void StatisticsStore::readModel() {
    m_groups.clear();
    m_taps.clear();
    if (const ArchitectureSpec* spec = m_model.spec())
        for (int block = 0; block < spec->blocks; ++block) {
            m_groups.push_back(spec->inputGroups(block));
            m_taps.push_back(spec->taps(block));
        }
    if (const ArchitectureSpec* spec = m_model.spec())
        m_taps.push_back({spec->logitsTap()});
    emit reset();
}

void StatisticsStore::forget(Source source, const QString& setName) {
    if (m_loading)
        m_jobs.cancel(std::exchange(m_loading, 0));
    ++m_generation;
    m_source = source;
    m_setName = setName;
    m_record.reset();
    m_blocks.clear();
    m_head.reset();
}

} // namespace vernier::ui
