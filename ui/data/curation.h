#pragma once

#include "core/curate/document_table.h"
#include "core/curate/set_edit.h"
#include "ui/bridge/latest_job.h"
#include "ui/bridge/services.h"
#include "ui/data/document_meter.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

class QTimer;

namespace vernier::ui {

/// Holds what all parts of the Data workspace look at: the corpus in columns, the set that is curated, the documents
/// that are picked and the one that is read. Each part changes it here and hears of it here; none knows another.
class Curation : public QObject {
    Q_OBJECT
public:
    explicit Curation(const Services& services, QObject* parent = nullptr);

    const Services& services() const { return m_services; }
    std::shared_ptr<const Project> project() const;
    std::shared_ptr<const Workbench::OpenModel> model() const; ///< null while none is open
    const std::shared_ptr<Workbench>& workbench() const;

    /// The corpus with all that is measured so far. Its size may lag behind the project's while it is being built.
    const DocumentTable& table() const { return m_table; }
    /// A copy for work on another thread.
    DocumentTable snapshot() const { return m_table; }
    const DocumentMeter& meter() const { return *m_meter; }
    /// Takes measures that a job has made; whoever makes them fills in its columns only.
    void measure(const std::function<void(MeasuredColumns&)>& fill);

    QString setName() const { return m_setName; } ///< empty: no set is curated
    const CalibrationSet* set() const;            ///< null for none; good until the next change
    void chooseSet(const QString& name);
    /// Whether work that reads all text of the set, and of the held-out ones it is compared with, takes a moment only,
    /// so that it may run beside heavy jobs.
    bool isQuickToRead() const;
    /// How often each document of the table stands in the set.
    const std::vector<std::uint16_t>& times() const { return m_times; }

    /// Edits the curated set, or all sets; undoable. Refusals go to the message bar.
    void editSet(const std::function<SetEdit(const CalibrationSet&)>& change);
    void editSets(const std::function<SetsEdit(SetList)>& change);

    /// Sends a job on its way that reads the project as it is when it starts. done runs when the job was Done, context
    /// still lives and the project has not been replaced by another.
    JobId submit(const QString& title, std::function<void(const Project&, JobContext&)> work, QObject* context,
                 std::function<void()> done);

    const std::vector<std::uint32_t>& picked() const { return m_picked; } ///< ascending
    void pick(std::vector<std::uint32_t> documents);
    std::int64_t current() const { return m_current; } ///< document that is read; -1 for none
    void setCurrent(std::int64_t document);

signals:
    void tableReset();      ///< another corpus, or more documents
    void measuresChanged(); ///< at most a few times a second
    void setsChanged();     ///< their names, documents or recipes; also when another set is chosen
    void pickedChanged();
    void currentChanged(std::int64_t document);

private:
    void takeProject();
    void buildTable();
    void takeMeter();
    void takeSets();

    Services m_services;
    DocumentMeter* m_meter;
    QTimer* m_meterTimer;
    DocumentTable m_table;
    LatestJob m_building;
    std::size_t m_taken = 0; ///< documents, from the first, whose measures the table has from the meter
    QString m_setName;
    std::vector<std::uint16_t> m_times;
    std::vector<std::uint32_t> m_picked;
    std::int64_t m_current = -1;
    quint64 m_generation = 0; ///< counts projects
};

} // namespace vernier::ui
