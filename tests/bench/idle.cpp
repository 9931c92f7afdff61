#include "tests/bench/figures.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/subject.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace bench {

namespace {

namespace fs = std::filesystem;

constexpr int processes = 100;
constexpr std::chrono::seconds settle{3};
constexpr std::chrono::seconds watched{10};

// The sum of a field such as "Pss:" over the lines "Field: number …" of a file.
double field(fs::path const& file, std::string const& name)
{
    std::ifstream in{file};
    double sum = 0;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name))
            sum += std::stod(line.substr(name.size()));
    return sum;
}

// The supervisor, and the helpers that it has started from its own program.
std::vector<pid_t> with_helpers(pid_t supervisor)
{
    std::vector<pid_t> found{supervisor};
    fs::path const program = fs::read_symlink("/proc/" + std::to_string(supervisor) + "/exe");
    for (auto const& entry : fs::directory_iterator{"/proc"}) {
        std::string const name = entry.path().filename();
        std::error_code gone;
        if (name.find_first_not_of("0123456789") != std::string::npos ||
            fs::read_symlink(entry.path() / "exe", gone) != program || gone)
            continue;
        if (static_cast<pid_t>(field(entry.path() / "status", "PPid:")) == supervisor)
            found.push_back(std::stoi(name));
    }
    return found;
}

// The number of context switches of all their threads. Each wake-up of a thread ends in one.
double switches(std::vector<pid_t> const& pids)
{
    double sum = 0;
    for (pid_t const pid : pids)
        for (auto const& task : fs::directory_iterator{"/proc/" + std::to_string(pid) + "/task"})
            sum += field(task.path() / "status", "voluntary_ctxt_switches:") +
                   field(task.path() / "status", "nonvoluntary_ctxt_switches:");
    return sum;
}

double memory_mb(std::vector<pid_t> const& pids)
{
    double sum = 0;
    for (pid_t const pid : pids)
        sum += field("/proc/" + std::to_string(pid) + "/smaps_rollup", "Pss:");
    return sum * 1024 / 1e6;
}

} // namespace

void idle(int pairs)
{
    subject ours{kind::procd};
    subject baseline{kind::spawner};
    for (subject* const s : {&ours, &baseline}) {
        s->start(s->sleepers(processes));
        s->wait_for_reports(processes);
    }
    std::this_thread::sleep_for(settle);
    auto const our_pids = with_helpers(ours.pid());
    auto const baseline_pids = with_helpers(baseline.pid());

    pair const before{switches(our_pids), switches(baseline_pids)};
    std::this_thread::sleep_for(watched);
    figure wakeups{.name = "wake-ups of 100 quiet processes in 10 s",
                   .unit = "count",
                   .decimals = 0,
                   .value_at_most = 0.0};
    wakeups.pairs.push_back(
        {switches(our_pids) - before.ours, switches(baseline_pids) - before.baseline});
    print(wakeups);

    figure memory{.name = "memory with 100 quiet processes (PSS)",
                  .unit = "MB",
                  .decimals = 2,
                  .value_at_most = 5.2};
    memory.pairs = take_turns(
        pairs, [&] { return memory_mb(our_pids); }, [&] { return memory_mb(baseline_pids); });
    print(memory);
    ours.stop();
    baseline.stop();
}

} // namespace bench
