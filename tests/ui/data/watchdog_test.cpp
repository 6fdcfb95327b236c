// How long the Data workspace keeps the interface's thread at most, with a set of 100,000 documents. Times depend on
// the machine and are only reported; what is asserted is that everything happened.

#include "tests/ui/support/event_watchdog.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"
#include "ui/data/curation.h"
#include "ui/data/data_page.h"
#include "ui/data/document_panel.h"
#include "ui/data/document_table_model.h"

#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QTimer>

#include <iostream>
#include <thread>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

constexpr std::size_t kDocuments = 100'000;

TEST(EventWatchdog, NamesWhatKeptTheInterfaceBusy) {
    test::EventWatchdog watchdog;
    bool hasRun = false;
    QTimer::singleShot(0, [&hasRun] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(60);
        while (std::chrono::steady_clock::now() < end) {
        }
        hasRun = true;
    });
    ASSERT_TRUE(test::waitFor([&hasRun] { return hasRun; }));
    EXPECT_GE(watchdog.longest().wall, std::chrono::milliseconds(60));
    EXPECT_TRUE(watchdog.longest().what.contains(QStringLiteral("event"))) << qPrintable(watchdog.longest().what);
    watchdog.step(QStringLiteral("a step"), [] {
        volatile double sum = 0;
        for (int i = 0; i < 100'000'000; ++i)
            sum = sum + i;
    });
    EXPECT_EQ(watchdog.longest().what, QStringLiteral("a step"));
}

struct WatchedDataPage : testing::Test {
    WatchedDataPage() {
        std::string lines;
        for (std::size_t i = 0; i < kDocuments; ++i)
            lines += "{\"domain\":\"" + std::string(i % 3 ? "story" : "code") + "\",\"text\":\"Document " +
                     std::to_string(i) + " tells of the cat, the moon and number " + std::to_string(i * i % 977) +
                     ".\"}\n";
        vernier::test::put(studio.folder / "many.jsonl", lines);
        page.resize(1200, 700);
        page.show();
        studio.model.open(test::StudioFixture::demoModel());
    }
    bool settle() {
        constexpr int kDelay = 350, kMost = 300'000;
        if (!studio.settle(kMost))
            return false;
        test::waitFor([] { return false; }, kDelay);
        return studio.settle(kMost);
    }
    /// Takes a step, waits for what follows, and tells what kept the interface longest meanwhile.
    void watched(const char* name, const std::function<void()>& work) {
        test::EventWatchdog watchdog;
        watchdog.step(QString::fromLatin1(name), work);
        ASSERT_TRUE(settle()) << name;
        EXPECT_GT(watchdog.events(), 0U);
        const test::Busy& busy = watchdog.longest();
        std::cout << "  " << name << ": " << static_cast<double>(busy.cpu.count()) / 1000 << " ms of the processor, "
                  << static_cast<double>(busy.wall.count()) / 1000 << " ms on the clock in " << qPrintable(busy.what)
                  << '\n';
    }

    test::StudioFixture studio;
    DataPage page{studio.services};
};

TEST_F(WatchedDataPage, WorksOnAHundredThousandDocuments) {
    watched("import and measure",
            [this] { studio.session.importFiles({fromPath(studio.folder / "many.jsonl")}, QStringLiteral("many")); });
    const DocumentTableModel& model = page.documents().model();
    ASSERT_EQ(model.rowCount(), static_cast<int>(kDocuments));
    watched("filter", [this] { page.documents().setFilter(QStringLiteral("domain:code moon")); });
    EXPECT_EQ(model.rowCount(), 33334);
    watched("filter off", [this] { page.documents().setFilter({}); });
    watched("sort", [this] { page.documents().table().sortByColumn(DocumentTableModel::Tokens, Qt::DescendingOrder); });
    EXPECT_EQ(model.rowCount(), static_cast<int>(kDocuments));
    page.activateWindow();
    page.documents().table().setFocus();
    watched("select all", [this] { page.documents().table().selectAll(); });
    watched("leave out", [this] { QTest::keyClick(&page.documents().table(), Qt::Key_D); });
    EXPECT_EQ(page.curation().set()->documents.size(), 0U);
    watched("undo", [this] { studio.session.sets().undo(); });
    EXPECT_EQ(page.curation().set()->documents.size(), kDocuments);
    for (int view = 0; view < page.views().count(); ++view)
        watched(qPrintable(page.views().tabText(view)), [this, view] { page.views().setCurrentIndex(view); });
}

} // namespace
} // namespace vernier::ui
