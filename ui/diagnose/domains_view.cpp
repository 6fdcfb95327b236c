#include "ui/diagnose/domains_view.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/text.h"
#include "ui/diagnose/diagnosis.h"
#include "ui/plots/number_table.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

QString optionalText(const std::optional<double>& value, int digits) {
    return value ? formatFixed(*value, digits) : QStringLiteral("–");
}

} // namespace

DomainsView::DomainsView(Diagnosis& diagnosis, QWidget* parent)
    : QWidget(parent), m_diagnosis(diagnosis), m_job(diagnosis.services().quickJobs, *this),
      m_table(new NumberTable(tr("Loss by domain"),
                              {tr("Domain"), tr("Tokens"), tr("Full precision"), tr("This run"), tr("Loss"),
                               tr("KL (nats)"), tr("Top-1 agrees"), tr("In the calibration set")},
                              {tr("Domain of the evaluation documents"), tr("Predictions that count"), tr("Perplexity"),
                               tr("Perplexity"), tr("Perplexity above full precision, relative to it"),
                               tr("Mean KL divergence from full precision"),
                               tr("Positions where both rank the same token first"),
                               tr("Share of the documents of the set the run was calibrated on")})),
      m_hint(new QLabel), m_show(new QPushButton(tr("Show such documents in Data"))) {
    m_table->setEmptyText(tr("Evaluate the run (its menu in Runs) to see what each domain lost"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_table, 1);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_show->setToolTip(tr("Goes to a document of the domain, to be added to the calibration set with more like it"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_hint, 1);
    bar->addWidget(m_show);
    column->addLayout(bar);
    connect(m_show, &QPushButton::clicked, this, [this] {
        if (m_document)
            emit m_diagnosis.services().navigator.documentRequested(*m_document, m_setName);
    });
    connect(&diagnosis, &Diagnosis::runChanged, this, &DomainsView::refresh);
    refresh();
}

void DomainsView::refresh() {
    const Run* run = m_diagnosis.run();
    const auto project = m_diagnosis.services().session.project();
    m_job.cancel();
    if (!run || !project || !run->evaluation || run->evaluation->groups.empty()) {
        m_groups.clear();
        return showFound({});
    }
    m_groups = run->evaluation->groups;
    m_setName = fromUtf8(run->calibration.setName);
    // Walks all documents of the set.
    const auto found = std::make_shared<Found>();
    m_job.startThen(
        tr("Domains of %1").arg(m_setName),
        [project, name = run->name, found](JobContext&) {
            const Run* subject = project->findRun(name);
            found->shares = domainShares(*project, subject->calibration.setName);
            found->losing = losingDomains(*project, *subject);
            if (!found->losing.empty())
                for (std::uint32_t document = 0; document < project->corpus.size() && !found->document; ++document)
                    if (project->corpus[document].domain == found->losing.front().name)
                        found->document = document;
        },
        [this, found] { showFound(*found); });
}

void DomainsView::showFound(const Found& found) {
    m_table->begin(static_cast<int>(m_groups.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const GroupScore& group = m_groups[static_cast<std::size_t>(row)];
        m_table->setText(row, 0, fromUtf8(group.name));
        m_table->setNumber(row, 1, static_cast<double>(group.scoredTokens),
                           formatCount(static_cast<std::uint64_t>(group.scoredTokens)));
        m_table->setNumber(row, 2, group.referencePerplexity.value_or(kUnknown),
                           optionalText(group.referencePerplexity, 4));
        m_table->setNumber(row, 3, group.perplexity, formatFixed(group.perplexity, 4));
        const double loss = group.referencePerplexity ? group.perplexity / *group.referencePerplexity - 1 : kUnknown;
        m_table->setNumber(row, 4, loss, std::isnan(loss) ? QStringLiteral("–") : formatPercent(loss));
        m_table->setNumber(row, 5, group.kl.value_or(kUnknown), optionalText(group.kl, 5));
        m_table->setNumber(row, 6, group.top1.value_or(kUnknown),
                           group.top1 ? formatPercent(*group.top1) : QStringLiteral("–"));
        const auto share = std::ranges::find(found.shares, group.name, &std::pair<std::string, double>::first);
        const double part = share == found.shares.end() ? 0 : share->second;
        m_table->setNumber(row, 7, part, formatPercent(part, 1));
    }
    m_table->end();
    m_table->sortByColumn(5, Qt::DescendingOrder);
    m_document = found.document;
    m_show->setVisible(found.document.has_value());
    m_hint->clear();
    if (!found.losing.empty()) {
        const LosingDomain& domain = found.losing.front();
        m_hint->setText(
            tr("“%1” lost most for what it is calibrated on: KL %2 nats (all text: %3), %4 of the evaluation "
               "text but %5 of the calibration set. More documents of it should help.")
                .arg(fromUtf8(domain.name), formatSignificant(domain.kl), formatSignificant(domain.totalKl),
                     formatPercent(domain.evaluationShare, 1), formatPercent(domain.calibrationShare, 1)));
    } else if (!m_groups.empty()) {
        m_hint->setText(tr("No domain lost more than the text as a whole while being rarer in the calibration set"));
    }
}

} // namespace vernier::ui
