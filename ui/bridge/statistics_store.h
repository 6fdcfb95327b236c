#pragma once

#include "core/calibrate/calibration_pass.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"

#include <QObject>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace vernier::ui {

/// The taps of a block alone. The Grams of a large model would not fit in memory together; views that need one read it
/// on the worker.
std::shared_ptr<const BlockStatistics> withoutGrams(const BlockStatistics& block);

/// Holds the statistics of the calibration that is shown, block by block as they become known: from a running job, or
/// from the cache, read on the worker. Blocks come without their Grams.
class StatisticsStore : public QObject {
    Q_OBJECT
public:
    StatisticsStore(JobRunner& jobs, std::shared_ptr<Workbench> bench, ModelProvider& model, QObject* parent = nullptr);

    /// Is where the blocks come from.
    enum class Source {
        None,    ///< no calibration to show
        Running, ///< a job that is still at it
        Cache,   ///< a finished calibration, loading or loaded
        Partial, ///< a calibration that was cancelled or failed: some blocks are missing
    };

    Source source() const { return m_source; }
    bool hasLogits() const { return m_head != nullptr; } ///< they were observed, and have arrived
    bool isLoading() const { return m_loading != 0; }    ///< blocks are being read from the cache
    /// Blocks there will be; 0 while the model is not known.
    int blockCount() const;
    int arrivedBlocks() const;
    /// Statistics of a block, or, with the number behind the last one's, of the head, whose only tap is the logits;
    /// null while they are not there, or the cache has lost them.
    std::shared_ptr<const BlockStatistics> block(int block) const;
    /// The record of a finished calibration; empty while one runs.
    const std::optional<CalibrationRecord>& record() const { return m_record; }
    QString setName() const { return m_setName; } ///< the calibration set that is shown

    /// Input groups of a block, in tap order; empty while the model is not known.
    const std::vector<InputGroup>& inputGroups(int block) const;
    /// Taps of a block, of which the first are the inputs of its input groups, or of the head (see block()); empty
    /// while the model is not known.
    const std::vector<TapSpec>& taps(int block) const;
    /// "model.layers.3.mlp.down_proj:input"; empty while the model is not known.
    QString tapName(int block, int tap) const;
    /// Short names of an input's linears: "q_proj, k_proj, v_proj"; of other taps "q_proj output", "residual".
    QString tapLabel(int block, int tap) const;

    void show(const CalibrationRecord& record); ///< forgets what is there and loads from the cache
    void beginRun(const QString& setName);      ///< forgets what is there; blocks of a job follow
    void addBlock(std::shared_ptr<const BlockStatistics> block);
    void finishRun(const CalibrationRecord& record); ///< all blocks of the job have been added
    void abandonRun();                               ///< the job was cancelled or failed
    void clear();

signals:
    void reset(); ///< everything may have changed: other calibration, other model, or none
    void blockArrived(int block);
    void sourceChanged(); ///< finished, abandoned, or done loading

private:
    void readModel();
    void loadHead();
    void takeHead(std::shared_ptr<const TapStatistics> logits);
    void forget(Source source, const QString& setName);

    JobRunner& m_jobs;
    std::shared_ptr<Workbench> m_bench;
    ModelProvider& m_model;
    Source m_source = Source::None;
    QString m_setName;
    std::optional<CalibrationRecord> m_record;
    std::vector<std::shared_ptr<const BlockStatistics>> m_blocks;
    std::shared_ptr<const BlockStatistics> m_head;
    std::vector<std::vector<InputGroup>> m_groups; ///< per block
    std::vector<std::vector<TapSpec>> m_taps;      ///< per block, and behind them of the head
    JobId m_loading = 0;
    quint64 m_generation = 0; ///< counts what was shown; deliveries for an earlier one are dropped
};

} // namespace vernier::ui
