#include "tests/support/test_files.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <random>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Is the built program while it runs, with a cache of its own, its output thrown away.
class Running {
public:
    Running(std::vector<std::string> arguments, const fs::path& cache, const fs::path& log) {
        arguments.insert(arguments.begin(), VERNIER_PROGRAM);
        std::vector<char*> argv;
        for (std::string& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        std::vector<std::string> variables = {"VERNIER_CACHE=" + cache.string()};
        for (char** variable = environ; *variable; ++variable)
            if (!std::string_view(*variable).starts_with("VERNIER_CACHE="))
                variables.emplace_back(*variable);
        std::vector<char*> environment;
        for (std::string& variable : variables)
            environment.push_back(variable.data());
        environment.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
            ::posix_spawn_file_actions_addopen(&actions, stream, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
        EXPECT_EQ(::posix_spawn(&m_process, VERNIER_PROGRAM, &actions, nullptr, argv.data(), environment.data()), 0);
        ::posix_spawn_file_actions_destroy(&actions);
    }

    bool ended() {
        if (!m_ended && ::waitpid(m_process, &m_status, WNOHANG) == m_process)
            m_ended = true;
        return m_ended;
    }
    /// Returns whether the signal ended it.
    bool kill() {
        if (!m_ended) {
            ::kill(m_process, SIGKILL);
            wait();
        }
        return WIFSIGNALED(m_status);
    }
    /// The exit code.
    int wait() {
        if (!m_ended)
            ::waitpid(m_process, &m_status, 0);
        m_ended = true;
        return WIFEXITED(m_status) ? WEXITSTATUS(m_status) : -1;
    }

private:
    pid_t m_process = 0;
    int m_status = 0;
    bool m_ended = false;
};

std::map<std::string, std::string> filesOf(const fs::path& cache, std::string_view extension) {
    std::map<std::string, std::string> files;
    std::error_code absent;
    for (const auto& entry : fs::recursive_directory_iterator(cache, absent))
        if (entry.path().extension() == extension)
            files[entry.path().filename().string()] = test::get(entry.path());
    return files;
}

std::size_t countArtefacts(const fs::path& cache) {
    std::size_t count = 0;
    std::error_code changing; // the program adds and renames files meanwhile
    for (fs::recursive_directory_iterator entry(cache, changing), end; !changing && entry != end;
         entry.increment(changing))
        count += entry->path().extension() == ".h5" ? 1 : 0;
    return count;
}

class KilledProcess : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::string demo = test::demoFolder().string(), project = (folder / "p.vernier").string();
    fs::path whole = folder / "whole", torn = folder / "torn", log = folder / "log";

    int run(const std::vector<std::string>& arguments, const fs::path& cache) {
        return Running(arguments, cache, log).wait();
    }

    /// Runs the program over and over in the torn cache, kills it at random moments of different blocks, then lets it
    /// end; returns how often it was killed before the end.
    int runKilled(const std::vector<std::string>& arguments) {
        std::mt19937 random(7);
        std::uniform_int_distribution<int> pause(0, 120);
        const std::size_t before = countArtefacts(torn);
        int kills = 0;
        for (const std::size_t artefacts : {0u, 1u, 1u, 3u, 4u, 5u}) {
            Running program(arguments, torn, log);
            while (!program.ended() && countArtefacts(torn) < before + artefacts)
                std::this_thread::sleep_for(2ms);
            std::this_thread::sleep_for(std::chrono::milliseconds(pause(random)));
            kills += !program.ended() && program.kill() ? 1 : 0;
        }
        EXPECT_EQ(run(arguments, torn), 0) << test::get(log);
        return kills;
    }
};

TEST_F(KilledProcess, ContinuesWithTheSameBits) {
    ASSERT_EQ(run({"import", project, demo + "/text/calibration.jsonl", "--tag", "calibration"}, whole), 0);
    const std::vector<std::string> calibrate = {"calibrate",   project,     "--model", demo + "/model",     "--set",
                                                "calibration", "--windows", "32",      "--sequence-length", "256"};
    EXPECT_GE(runKilled(calibrate), 3);
    ASSERT_EQ(run(calibrate, whole), 0) << test::get(log);
    const auto expected = filesOf(whole, ".h5");
    EXPECT_EQ(expected.size(), 6u);
    EXPECT_TRUE(filesOf(torn, ".h5") == expected) << "statistics differ";

    const std::vector<std::string> quantize = {"quantize", project, "--method", "gptq", "--bits", "4", "--name", "g"};
    EXPECT_GE(runKilled(quantize), 3);
    ASSERT_EQ(run(quantize, whole), 0) << test::get(log);
    EXPECT_EQ(filesOf(whole, ".h5").size(), 12u);
    EXPECT_TRUE(filesOf(torn, ".h5") == filesOf(whole, ".h5")) << "quantized blocks differ";
    EXPECT_THAT(filesOf(torn, ".hidden"), testing::IsEmpty());
    EXPECT_EQ(run({"cache", "verify"}, torn), 0) << test::get(log);
}

} // namespace
} // namespace vernier
