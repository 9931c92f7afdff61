// What is wrong when procd shares a machine: with strangers, with a full disk, with many processes,
// and with descriptors that are closed.
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace test;

namespace {

// Runs procd in a mount namespace of its own, with a tmpfs at `place`.
std::vector<std::string> on_own_tmpfs(std::string const& place, std::string const& mount_options)
{
    return {"unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o " + mount_options + " t " + place + " && cd " + place +
                " && cat ../Procfile > Procfile && exec \"$@\"",
            "sh"};
}

bool can_unshare()
{
    return ::geteuid() == 0 && run({"unshare", "-m", "true"}, "/").code == 0;
}

// The pid that a puppet has said it has.
int ready_pid(app_under_test& app)
{
    app.expect("| ready ");
    auto const text = app.output();
    return std::stoi(text.substr(text.find("| ready ") + 8));
}

// How many reads procd has asked the kernel for; -1 where it does not count them.
long reads_of(int pid)
{
    auto const text = read_file("/proc/" + std::to_string(pid) + "/io");
    auto const at = text.find("syscr: ");
    return at == std::string::npos ? -1 : std::stol(text.substr(at + 7));
}

long processes_on_the_machine()
{
    auto const all = std::filesystem::directory_iterator("/proc");
    return std::count_if(begin(all), end(all), [](auto const& entry) {
        return std::isdigit(static_cast<unsigned char>(entry.path().filename().string()[0]));
    });
}

} // namespace

TEST_CASE("a process that procd has adopted does not outlive its clean end", "[fault]")
{
    app_under_test app("web: exec " PUPPET " daemon clear-env sleep\n",
                       {.options = {"-t", "5"}, .ordinary_user = ::geteuid() == 0});
    auto const orphan = ready_pid(app);
    app.signal(SIGTERM);
    REQUIRE(app.wait() == 0);
    bool const lives = alive(orphan);
    kill_all({orphan});
    STILL_WRONG(!lives);
}

TEST_CASE("a listing of many processes looks at the machine once, not once for each", "[fault]")
{
    constexpr int count = 40;
    app_under_test app("web: exec sleep 60\n", {.options = {"-m", "web=" + std::to_string(count)},
                                                .ordinary_user = ::geteuid() == 0});
    REQUIRE(eventually([&] { return count_of(app.output(), "started with pid") == count; }));
    auto const before = reads_of(app.pid());
    REQUIRE(before >= 0);
    REQUIRE(app.states().size() == count);
    auto const reads = reads_of(app.pid()) - before;
    auto const others = processes_on_the_machine();
    INFO(reads << " reads with " << others << " processes on the machine");
    STILL_WRONG(reads < 10 * others);
}

TEST_CASE("procds with roots of one path in two mount namespaces are strangers", "[fault]")
{
    if (!can_unshare()) {
        SKIPPED("needs root and mount namespaces");
        return;
    }
    tests::temp_dir shared;
    std::filesystem::create_directory(shared / "app");
    std::ofstream(shared / "Procfile") << "web: exec " PUPPET " sleep\n";
    setting const how{.options = {"serve", "-t", "2"},
                      .wrapper = on_own_tmpfs(shared / "app", "mode=755")};
    app_under_test first("", how);
    auto const process = ready_pid(first);
    REQUIRE(alive(process));
    app_under_test second("", how);
    ready_pid(second);
    bool const unharmed = alive(process);
    for (auto* const app : {&first, &second}) {
        app->signal(SIGTERM);
        app->wait();
    }
    STILL_WRONG(unharmed && !has(second.output(), "SIGKILL"));
}

TEST_CASE("procd with closed descriptors opens no file of its own in their place", "[fault]")
{
    auto const* const closed = GENERATE(">&-", ">&- 2>&-", "<&- >&- 2>&-");
    INFO(closed);
    app_under_test app("web: while :; do echo a line of the app; sleep 0.02; done\n",
                       {.options = {"serve"},
                        .wrapper = {"sh", "-c", std::string("exec \"$@\" ") + closed, "sh"}});
    app.expect_states({{"web.1", "up"}});
    bool foreign = false;
    for (auto const* fd : {"0", "1", "2"}) {
        std::error_code none;
        auto const link = "/proc/" + std::to_string(app.pid()) + "/fd/" + fd;
        foreign = foreign || has(std::filesystem::read_symlink(link, none), app.file(".procd"));
    }
    STILL_WRONG(!foreign);
}
