#include "core/dataset/corpus_builder.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/data/document_table_model.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTableView>

#include <gtest/gtest.h>

#include <numeric>

namespace vernier::ui {
namespace {

using Tester = QAbstractItemModelTester;

std::shared_ptr<Project> makeProject(std::size_t documents) {
    auto project = std::make_shared<Project>();
    CorpusBuilder corpus;
    for (std::size_t i = 0; i < documents; ++i) {
        Document document;
        document.text = "text " + std::to_string(i);
        document.domain = i % 2 ? "odd" : "even";
        document.source = "/data/lines.jsonl";
        document.line = i + 1;
        document.tags = {"a", "b"};
        corpus.add(document);
    }
    project->corpus = corpus.finish();
    return project;
}

std::vector<std::uint32_t> allRows(std::size_t count) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

TEST(DocumentTableModel, KeepsItsPromises) {
    test::StudioFixture studio;
    const Curation curation(studio.services);
    DocumentTableModel model(curation);
    const Tester tester(&model, Tester::FailureReportingMode::Fatal);
    model.setDocuments(makeProject(5), {4, 0, 2});
    model.cellsChanged(DocumentTableModel::Tokens, DocumentTableModel::Gain);
    EXPECT_EQ(model.rowCount(), 3);
    EXPECT_EQ(model.documentIndex(0), 4);
    EXPECT_EQ(model.rowOf(2), 2);
    EXPECT_EQ(model.rowOf(1), -1);
    model.setDocuments(nullptr, {});
    EXPECT_FALSE(model.document(0));
}

TEST(DocumentTableModel, ShowsADocument) {
    test::StudioFixture studio;
    const Curation curation(studio.services);
    DocumentTableModel model(curation);
    model.setDocuments(makeProject(5), {3});
    const auto cell = [&model](int column) { return model.index(0, column).data().toString().toStdString(); };
    EXPECT_EQ(cell(DocumentTableModel::Number), "4");
    EXPECT_EQ(cell(DocumentTableModel::Tokens), "…");
    EXPECT_EQ(cell(DocumentTableModel::Domain), "odd");
    EXPECT_EQ(cell(DocumentTableModel::Tags), "a, b");
    EXPECT_EQ(cell(DocumentTableModel::Source), "lines.jsonl");
    EXPECT_EQ(cell(DocumentTableModel::Line), "4");
    EXPECT_EQ(cell(DocumentTableModel::Preview), "text 3");
    EXPECT_EQ(model.index(0, DocumentTableModel::Source).data(Qt::ToolTipRole).toString().toStdString(),
              "/data/lines.jsonl");
}

TEST(DocumentTableModel, ScrollsAMillionRowsWithoutDelay) {
    constexpr std::size_t kDocuments = 1'000'000;
    constexpr double kFrameGuardMs = 100; // a frame is 16 ms; machines that run tests are shared and slow
    const auto project = makeProject(kDocuments);
    test::StudioFixture studio;
    const Curation curation(studio.services);
    DocumentTableModel model(curation);
    QTableView view;
    view.setModel(&model);
    view.resize(900, 700);
    view.show();
    QCoreApplication::processEvents();
    model.setDocuments(project, allRows(kDocuments));
    QCoreApplication::processEvents();
    double worst = 0;
    for (int step = 1; step <= 10; ++step) {
        QElapsedTimer timer;
        timer.start();
        view.scrollTo(model.index(static_cast<int>(kDocuments) / 10 * step - 1, 0));
        view.viewport()->repaint();
        worst = std::max(worst, static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    EXPECT_LT(worst, kFrameGuardMs);
}

} // namespace
} // namespace vernier::ui
