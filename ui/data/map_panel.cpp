#include "ui/data/map_panel.h"

#include "ui/bridge/job_runner.h"
#include "ui/bridge/model_provider.h"
#include "ui/bridge/text.h"
#include "ui/plots/map_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace vernier::ui {

namespace {

enum ColourBy { ByDomain, ByTag, ByLanguage, BySet, ByPerplexity, ByTokens };

} // namespace

MapPanel::MapPanel(Curation& curation, QWidget* parent)
    : QWidget(parent), m_curation(curation), m_scope(new QComboBox), m_colourBy(new QComboBox),
      m_lasso(new QToolButton), m_measure(new QPushButton(tr("Map documents"))), m_plot(new MapPlot),
      m_facts(new QLabel) {
    m_scope->addItems({tr("The set"), tr("All documents")});
    m_scope->setAccessibleName(tr("Mapped documents"));
    m_scope->setToolTip(tr("Which documents are read with the model and shown"));
    m_colourBy->addItems({tr("Domain"), tr("Tag"), tr("Language"), tr("In the set"), tr("Perplexity"), tr("Tokens")});
    m_colourBy->setAccessibleName(tr("Colour by"));
    m_colourBy->setObjectName(QStringLiteral("colourBy"));
    m_lasso->setText(tr("Lasso"));
    m_lasso->setCheckable(true);
    m_lasso->setToolTip(tr("Draw around points to pick them; Ctrl adds, Alt takes away. Holding Shift does the same."));
    m_measure->setToolTip(
        tr("Reads every document with the model: its embedding is the mean hidden state of the middle "
           "block, its perplexity that of its first 512 tokens. Results are kept in the cache."));
    m_plot->setTitle(tr("Map of documents"));
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    m_facts->setWordWrap(true);

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_scope);
    bar->addWidget(m_measure);
    bar->addStretch(1);
    auto* label = new QLabel(tr("Colour"));
    label->setBuddy(m_colourBy);
    bar->addWidget(label);
    bar->addWidget(m_colourBy);
    bar->addWidget(m_lasso);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_plot, 1);
    column->addWidget(m_facts);

    connect(m_measure, &QPushButton::clicked, this, &MapPanel::measure);
    connect(m_lasso, &QToolButton::toggled, m_plot, &MapPlot::setLassoArmed);
    connect(m_colourBy, &QComboBox::currentIndexChanged, this, &MapPanel::colour);
    connect(m_plot, &MapPlot::pointClicked, this,
            [this](int point) { m_curation.setCurrent(m_documents[static_cast<std::size_t>(point)]); });
    connect(m_plot, &MapPlot::pickedChanged, this, [this](const std::vector<int>& points) {
        std::vector<std::uint32_t> documents;
        for (const int point : points)
            documents.push_back(m_documents[static_cast<std::size_t>(point)]);
        m_curation.pick(std::move(documents));
    });
    connect(&curation, &Curation::pickedChanged, this, &MapPanel::showPicked);
    connect(&curation, &Curation::currentChanged, this, &MapPanel::showCurrent);
    connect(&curation, &Curation::setsChanged, this, [this] {
        refresh();
        if (m_colourBy->currentIndex() == BySet)
            colour();
    });
    connect(&curation.services().model, &ModelProvider::changed, this, &MapPanel::refresh);
    connect(&curation, &Curation::tableReset, this, [this] {
        if (m_documents.empty() || m_documents.back() < m_curation.table().size())
            return;
        m_documents.clear(); // they were another project's
        m_plot->clear();
        refresh();
    });
    refresh();
}

void MapPanel::refresh() {
    const bool hasModel = m_curation.model() != nullptr;
    m_measure->setEnabled(hasModel && m_curation.table().size() > 0);
    m_plot->setEmptyText(hasModel ? tr("Documents that the model reads alike stand close together.\n"
                                       "“Map documents” reads them.")
                                  : tr("Choose a model folder first (Ctrl+M): the map shows documents as the model "
                                       "reads them"));
}

std::vector<std::uint32_t> MapPanel::wantedDocuments() const {
    std::vector<std::uint32_t> documents;
    const CalibrationSet* set = m_curation.set();
    if (m_scope->currentIndex() == 0 && set) {
        documents.assign(set->documents.begin(), set->documents.end());
        std::sort(documents.begin(), documents.end());
        documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
    } else {
        documents.resize(m_curation.table().size());
        std::iota(documents.begin(), documents.end(), 0U);
    }
    return documents;
}

void MapPanel::measure() {
    const auto model = m_curation.model();
    const std::vector<std::uint32_t> documents = wantedDocuments();
    if (!model || documents.empty())
        return;
    m_curation.services().jobs.cancel(m_job);
    struct Result {
        MeasuredDocuments measures;
        PrincipalMap map;
    };
    const auto result = std::make_shared<Result>();
    MeasureRequest request;
    request.modelFolder = model->model.folder;
    m_job = m_curation.submit(
        tr("Map %1 documents").arg(formatCount(documents.size())),
        [bench = m_curation.workbench(), documents, request, result](const Project& project, JobContext& job) {
            result->measures = measureDocuments(*bench, project, documents, request, job);
            result->map = principalMap(result->measures.embeddingRows(), job);
        },
        this, [this, result] { take(result->measures, result->map); });
}

void MapPanel::take(const MeasuredDocuments& measures, const PrincipalMap& map) {
    m_documents = measures.documents;
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < m_documents.size(); ++i)
        points.emplace_back(double{map.x[i]}, double{map.y[i]});
    m_plot->setPoints(std::move(points), tr("First principal component"), tr("Second principal component"));
    m_facts->setText(
        tr("%1 documents, each at the mean of the model's middle block; the two axes carry %2 and %3 of the "
           "variance")
            .arg(formatCount(m_documents.size()), formatPercent(map.explained[0], 0),
                 formatPercent(map.explained[1], 0)));
    m_curation.measure([&measures](MeasuredColumns& columns) {
        const std::size_t documents = measures.documents.empty() ? 0 : measures.documents.back() + std::size_t{1};
        if (columns.perplexity.size() < documents)
            columns.perplexity.resize(documents, std::numeric_limits<float>::quiet_NaN());
        for (std::size_t i = 0; i < measures.documents.size(); ++i)
            columns.perplexity[measures.documents[i]] = measures.perplexity[i];
    });
    colour();
    showPicked();
    showCurrent(m_curation.current());
    emit measured();
}

void MapPanel::colour() {
    if (m_documents.empty())
        return;
    const DocumentColumns columns = m_curation.table().columns();
    const auto byNumber = [this](auto valueOf, const QString& quantity) {
        std::vector<double> values;
        for (const std::uint32_t document : m_documents)
            values.push_back(valueOf(document));
        m_plot->colourByValue(values, quantity);
    };
    const auto byName = [this](auto nameOf) {
        std::vector<int> groups;
        QStringList names;
        for (const std::uint32_t document : m_documents) {
            const QString name = nameOf(document);
            qsizetype group = names.indexOf(name);
            if (group < 0 && !name.isEmpty()) {
                group = names.size();
                names += name;
            }
            groups.push_back(static_cast<int>(group));
        }
        m_plot->colourByGroup(std::move(groups), names);
    };
    const auto nameIn = [](const NameColumn& column, std::uint32_t document) {
        return document < column.ids.size() ? fromUtf8(column.names[column.ids[document]]) : QString();
    };
    switch (m_colourBy->currentIndex()) {
    case ByTag:
        byName([&](std::uint32_t document) {
            const auto& tags = columns.tags.lists[columns.tags.ids[document]];
            return tags.empty() ? QString() : fromUtf8(tags.front());
        });
        break;
    case ByLanguage:
        byName([&](std::uint32_t document) { return nameIn(columns.languages, document); });
        break;
    case BySet:
        byName([this](std::uint32_t document) {
            return m_curation.times()[document] > 0 ? tr("in the set") : tr("not in the set");
        });
        break;
    case ByPerplexity:
        byNumber(
            [&](std::uint32_t document) {
                return document < columns.perplexity.size() ? double{columns.perplexity[document]}
                                                            : std::numeric_limits<double>::quiet_NaN();
            },
            tr("perplexity"));
        break;
    case ByTokens:
        byNumber(
            [&](std::uint32_t document) {
                const bool known = document < columns.tokens.size() && columns.tokens[document] != kUnknownTokens;
                return known ? static_cast<double>(columns.tokens[document]) : std::numeric_limits<double>::quiet_NaN();
            },
            tr("tokens"));
        break;
    default:
        byName([&](std::uint32_t document) { return nameIn(columns.domains, document); });
    }
}

void MapPanel::showPicked() {
    std::vector<int> points;
    for (const std::uint32_t document : m_curation.picked()) {
        const auto place = std::lower_bound(m_documents.begin(), m_documents.end(), document);
        if (place != m_documents.end() && *place == document)
            points.push_back(static_cast<int>(place - m_documents.begin()));
    }
    // One row is always selected in the table: that is the document being read, not a pick.
    m_plot->setPicked(m_curation.picked().size() > 1 ? points : std::vector<int>());
}

void MapPanel::showCurrent(std::int64_t document) {
    const auto place = std::lower_bound(m_documents.begin(), m_documents.end(), document);
    m_plot->setCurrent(place != m_documents.end() && *place == document ? static_cast<int>(place - m_documents.begin())
                                                                        : -1);
}

} // namespace vernier::ui
