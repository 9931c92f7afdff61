#include "supervisor/front/access_log.hpp"
#include "supervisor/os/signals.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/loop.hpp"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace procd::front;

namespace {

struct written : test::loop {
    written()
    {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
        reader = os::unique_fd(ends[0]);
        ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
        log.emplace(io, os::unique_fd(ends[1]));
    }
    // Reads everything that is there.
    void drain()
    {
        char room[8192];
        for (ssize_t count = 1; count > 0;) {
            count = ::read(reader.get(), room, sizeof room);
            if (count > 0)
                text.append(room, static_cast<std::size_t>(count));
        }
    }
    std::size_t lines() const
    {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    os::unique_fd reader;
    std::string text;
    std::optional<access_log> log;
};

procd::front::access request(std::string path)
{
    procd::front::access a;
    a.method = "GET";
    a.path = std::move(path);
    a.status = 200;
    return a;
}

} // namespace

TEST_CASE("each request is a line", "[access_log]")
{
    written w;
    w.log->add(request("/a"));
    w.log->say("words");
    w.drain();
    CHECK(w.text == text_of(request("/a")) + "\nwords\n");
}

TEST_CASE("a log that is switched off still says what is no access", "[access_log]")
{
    written w;
    CHECK(w.log->shows_accesses());
    w.log->configure(false, 0);
    CHECK_FALSE(w.log->shows_accesses());
    w.log->add(request("/a"));
    w.log->say("words");
    w.drain();
    CHECK(w.text == "words\n");
}

TEST_CASE("more lines than may be shown in a second are dropped and counted", "[access_log]")
{
    written w;
    w.log->configure(true, 3);
    // All of these come within one second, or two on a slow machine.
    for (int i = 0; i < 2000; ++i)
        w.log->add(request("/"));
    CHECK(w.until([&] {
        w.drain();
        return w.text.find(" access lines dropped\n") != w.text.npos;
    }));
    auto const shown = w.lines() - 1;
    CHECK(shown >= 3);
    CHECK(shown < 2000);
    auto number = std::to_string(2000 - shown);
    if (number.size() > 3)
        number.insert(1, ",");
    CAPTURE(w.text.substr(w.text.size() > 100 ? w.text.size() - 100 : 0));
    CHECK(w.text.ends_with("\n" + number + " access lines dropped\n"));
}

TEST_CASE("the log never waits for its reader, and tells what it has dropped", "[access_log]")
{
    written w;
    std::string const path(1000, 'x');
    for (int i = 0; i < 5000; ++i)
        w.log->add(request('/' + path)); // 5 MB, far more than the pipe and the log hold
    w.log->say("kept");
    CHECK(w.until([&] {
        w.drain();
        return w.text.find(" access lines dropped\n") != w.text.npos;
    }));
    CHECK(w.text.find("\nkept\n") != w.text.npos);
    CHECK(w.lines() < 200);
    auto const line = text_of(request('/' + path)) + '\n';
    CHECK(w.text.starts_with(line + line)); // no piece of a line is missing
    SECTION("and goes on when there is room again")
    {
        w.text.clear();
        w.log->add(request("/again"));
        w.drain();
        CHECK(w.text == text_of(request("/again")) + '\n');
    }
}

TEST_CASE("a log without a reader loses its lines and goes on", "[access_log]")
{
    os::ignore_write_signals(); // as the router does
    written w;
    w.reader.reset();
    for (int i = 0; i < 100; ++i)
        w.log->say(std::string(1000, 'x'));
    w.poll();
}

TEST_CASE("a file can be the log, too", "[access_log]")
{
    test::loop l;
    os::unique_fd file(::open(std::filesystem::temp_directory_path().c_str(),
                              O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    REQUIRE(file);
    auto const second = file.duplicate();
    access_log log(l.io, std::move(file));
    for (int i = 0; i < 1000; ++i)
        log.say("words");
    struct stat facts {};
    CHECK(::fstat(second->get(), &facts) == 0);
    CHECK(facts.st_size == 6000);
}

TEST_CASE("a log may go while it waits", "[access_log]")
{
    written w;
    w.log->configure(true, 1);
    for (int i = 0; i < 5000; ++i)
        w.log->add(request("/"));
    w.log->say(std::string(100'000, 'x'));
    w.poll();
    w.log.reset();
    w.poll();
}
