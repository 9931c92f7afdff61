// A call of the C library that fails must not leave a process of the app without a procd. Each case
// runs the same short journey again and again; in run N the Nth call of one function fails
// (tests/faults/fail_nth.c). It ends with the first run in which nothing was left to fail.
#include "supervisor/os/sanitizer.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"
#include "tests/integration/faulty_procd.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using namespace test;

namespace {

// Makes the calls with these numbers fail, each in a run of its own. The runs are at the same time,
// because a run mostly waits.
std::vector<finding> fail_calls(fault which, std::vector<long> const& numbers)
{
    std::vector<finding> found(numbers.size());
    std::vector<std::thread> runs;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        int const port = free_ports();
        runs.emplace_back([&found, which, i, nth = numbers[i], port] {
            found[i] = faulty_procd(which, nth, port).take();
        });
    }
    for (auto& run : runs)
        run.join();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        INFO("call " << numbers[i] << " of " << which.function << " failed");
        CHECK(found[i].wrong == "");
    }
    return found;
}

std::ptrdiff_t hits(std::vector<finding> const& found)
{
    return std::count_if(found.begin(), found.end(), [](auto const& f) { return f.hit; });
}

// The first runs without a hit end the case.
void fail_each_call(fault which)
{
    for (long first = 1;; first += 4) {
        auto const found = fail_calls(which, {first, first + 1, first + 2, first + 3});
        if (found.front().refused) {
            SKIPPED("the kernel does not let this call be watched: " << which.function);
            return;
        }
        if (first == 1)
            CHECK(hits(found) > 0); // otherwise procd makes no such call, and nothing was tested
        if (hits(found) < 4)
            return;
    }
}

// procd asks for memory some thousand times in a run. Each of the first requests fails, and then
// some of the rest, `apart` requests from each other.
void fail_memory(fault::extent calls, long first_ones, long apart)
{
    fault const which{"memory", ENOMEM, fault::counting::once_ready, calls};
    bool out_of_loop = false, go_on = true;
    for (long next = 1; go_on;) {
        std::vector<long> numbers;
        for (; numbers.size() < 8; next += next < first_ones ? 1 : apart)
            numbers.push_back(next);
        auto const found = fail_calls(which, numbers);
        for (auto const& f : found)
            out_of_loop |= f.code == 1 && has(f.said, "its guardian ends the processes with it");
        go_on = hits(found) > 0;
    }
    CHECK(out_of_loop); // otherwise no exception has reached the event loop
}

// The environment of a procd that gets no memory at its first attempt after the file `go` is there.
setting without_memory(std::string const& go)
{
    return {.options = {"serve", "-t", "2"},
            .environment = {{"LD_PRELOAD", FAIL_NTH},
                            {"FAIL_FUNCTION", "malloc"},
                            {"FAIL_NTH", "1"},
                            {"FAIL_ERRNO", std::to_string(ENOMEM)},
                            {"FAIL_REPORT", go + ".hit"},
                            {"FAIL_AFTER", go}}};
}

// Tells whether this procd sleeps and has no client: its only socket is the one that it listens at.
bool is_idle(int pid)
{
    auto const proc = "/proc/" + std::to_string(pid);
    int sockets = 0;
    for (auto const& open : std::filesystem::directory_iterator(proc + "/fd")) {
        std::error_code closed;
        auto const target = std::filesystem::read_symlink(open.path(), closed).string();
        sockets += target.starts_with("socket:");
    }
    return sockets == 1 && has(read_file(proc + "/stat"), ") S ");
}

// Tells whether the faults can be put into procd here.
bool can_preload()
{
#ifdef OS_SANITIZED
    SKIPPED("a sanitizer's library has to be the first that is loaded");
    return false;
#else
    return true;
#endif
}

} // namespace

TEST_CASE("an exception in a request ends this request alone, and is logged", "[faults]")
{
    if (!can_preload())
        return;
    tests::temp_dir const outside;
    auto const go = outside / "go";
    app_under_test app("web: exec sleep 60\n", without_memory(go));
    app.expect_states({{"web.1", "up"}});
    REQUIRE(eventually([&app] { return is_idle(app.pid()); })); // the client before is forgotten
    std::ofstream(go).close();
    CHECK(app.request("GET", "/v1/processes").status == 0);
    app.expect("internal error in ");
    app.expect("the control socket: out of memory (std::bad_alloc)");
    app.expect_states({{"web.1", "up"}});
    app.signal(SIGTERM);
    CHECK(app.wait() == 0);
}

#define FAULT_CASE(function, error)                                                                \
    TEST_CASE("nothing is left unsupervised when a call of " function " fails", "[faults]")        \
    {                                                                                              \
        if (can_preload())                                                                         \
            fail_each_call({function, error});                                                     \
    }

FAULT_CASE("dup", EMFILE)
FAULT_CASE("pipe2", EMFILE)
FAULT_CASE("clone3", EAGAIN)
FAULT_CASE("fork", EAGAIN)
FAULT_CASE("epoll_ctl", ENOSPC)
FAULT_CASE("accept4", EMFILE)
FAULT_CASE("write", EIO)
FAULT_CASE("fsync", EIO)
FAULT_CASE("rename", EIO)
FAULT_CASE("open", EMFILE)

TEST_CASE("nothing is left unsupervised when a call of socketpair fails", "[faults]")
{
    // procd calls it for its router alone, which a front port needs.
    if (can_preload())
        fail_each_call({"socketpair", EMFILE, fault::counting::from_start, fault::extent::one_call,
                        fault::front::there});
}

TEST_CASE("nothing is left unsupervised when there is no memory for a moment", "[faults]")
{
    if (can_preload())
        fail_memory(fault::extent::one_call, 32, 37);
}

TEST_CASE("nothing is left unsupervised when there is no memory any more", "[faults]")
{
    if (can_preload())
        fail_memory(fault::extent::all_from_there, 8, 97);
}
