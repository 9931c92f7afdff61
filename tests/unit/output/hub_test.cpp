#include "supervisor/output/hub.hpp"
#include "tests/unit/output/hub_stage.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

using namespace tests;
using stage = tests::hub_stage;

TEST_CASE("lines of two processes are shown whole, with their prefixes", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    auto const db = s.start("db.1", 1);
    web->write("one\nun");
    s.settle();
    db->write("two\n");
    s.settle();
    web->write("finished\n");
    s.settle();
    CHECK(s.shown() == "web.1  | one\ndb.1   | two\nweb.1  | unfinished\n");
}

TEST_CASE("procd's own words stand between, and a wider name widens the prefix", "[output_hub]")
{
    stage s;
    s.open();
    s.hub->message(*s.hub->open("web.1", 0), "started with pid 7");
    s.hub->widen(9);
    s.hub->system("two\nlines");
    s.settle();
    CHECK(s.shown() == "web.1  | started with pid 7\nsystem    | two\nsystem    | lines\n");
    CHECK(s.hub->lines_seen() == 3);
}

TEST_CASE("with colour only the prefix is coloured", "[output_hub]")
{
    stage s;
    auto options = plain(s.file.get());
    options.color = true;
    s.open(options);
    auto const web = s.start("web.1", 1);
    web->write("plain\n");
    s.settle();
    CHECK(s.shown() == "\x1b[33mweb.1  |\x1b[0m plain\n");
}

TEST_CASE("an unfinished line is shown once it has been quiet, and goes on where it stands",
          "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    auto const before = clock_type::now();
    web->write("name? ");
    REQUIRE(s.until([&] { return !s.shown().empty(); }));
    CHECK(clock_type::now() - before >= 200ms);
    CHECK(s.shown() == "web.1  | name? ");
    web->write("bob\nhello bob\n");
    s.settle();
    CHECK(s.shown() == "web.1  | name? bob\nweb.1  | hello bob\n");
    auto const records = s.hub->history({});
    REQUIRE(records.size() == 3);
    CHECK(records[0].partial);
    CHECK(records[1].bytes == "bob");
    CHECK_FALSE(records[1].partial);
}

TEST_CASE("another's line does not stand in an unfinished one", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    auto const db = s.start("db.1");
    web->write("name? ");
    REQUIRE(s.until([&] { return !s.shown().empty(); }));
    db->write("two\n");
    s.settle();
    web->write("bob\n");
    s.settle();
    CHECK(s.shown() == "web.1  | name? \ndb.1   | two\nweb.1  | bob\n");
}

TEST_CASE("what is left at the end is shown, and the end is told once, from outside",
          "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    web->write("last words");
    web->end();
    REQUIRE(s.until([&] { return web->closed > 0; }));
    s.settle();
    CHECK(web->closed == 1);
    CHECK(s.shown() == "web.1  | last words\n");
    s.hub->close(*web->reader); // closing a reader that has ended is harmless
    s.settle();
    CHECK(web->closed == 1);
}

TEST_CASE("closing reads what is there although a grandchild holds the pipe", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    web->write("one\ntail");
    s.hub->close(*web->reader);
    CHECK(web->closed == 0);
    s.settle();
    CHECK(web->closed == 1);
    CHECK(s.shown() == "web.1  | one\nweb.1  | tail\n");
}

TEST_CASE("a long line comes in pieces that are one line on the terminal", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    std::string const line(200'000, 'x');
    write_all(s, *web, line + "\n");
    CHECK(s.shown() == "web.1  | " + line + "\n");
    auto const records = s.hub->history({});
    REQUIRE(records.size() == 4);
    CHECK(records[0].bytes.size() == 65536);
    CHECK(records[2].partial);
    CHECK_FALSE(records[3].partial);
}

TEST_CASE("ten megabytes of any bytes without a newline pass unchanged", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    std::string bytes(100'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = i % 251 == 10 ? '\xff' : static_cast<char>(i % 251);
    std::string expected = "web.1  | ";
    for (int i = 0; i < 100; ++i) {
        write_all(s, *web, bytes);
        expected += bytes;
    }
    web->end();
    REQUIRE(s.until([&] { return web->closed > 0; }));
    s.settle();
    CHECK((s.shown() == expected + "\n")); // too long to print
}

TEST_CASE("with JSON each record is an object a line", "[output_hub]")
{
    stage s;
    auto options = plain(s.file.get());
    options.json = true;
    options.color = true;
    s.open(options);
    auto const web = s.start("web.1");
    web->write("one\n\xff");
    web->end();
    REQUIRE(s.until([&] { return web->closed > 0; }));
    s.settle();
    auto const text = s.shown();
    CHECK(text.find(R"({"seq":1,"time":")") == 0);
    CHECK(text.find(R"("process":"web.1","line":"one","partial":false,"author":"process"})"
                    "\n") != std::string::npos);
    CHECK(text.find(R"("line_base64":"/w==","partial":true,"author":"process"})"
                    "\n") != std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a follower gets what comes after the backlog, without gap or duplicate", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    auto const db = s.start("db.1");
    web->write("1\n2\n");
    s.settle();
    auto const followed = s.hub->follow({{"web"}, 300, std::nullopt});
    web->write("3\n");
    s.settle();
    db->write("not asked for\n");
    web->write("4\n5");
    s.settle();
    std::string all;
    for (auto const& r : s.next(followed).records)
        all += r.bytes + ' ';
    CHECK(all == "1 2 ");
    for (auto const& r : s.next(followed).records)
        all += r.bytes + ' ';
    CHECK(all == "1 2 3 4 ");
    web->write("\n6\n");
    s.settle();
    for (auto const& r : s.next(followed).records)
        all += r.bytes + ' ';
    CHECK(all == "1 2 3 4 5 6 ");
}

TEST_CASE("a reader of what is there gets it and the end", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    web->write("1\n2\n");
    s.settle();
    auto const asked = s.hub->read({{"web"}, 1, std::nullopt});
    web->write("3\n");
    s.settle();
    auto const got = s.next(asked);
    REQUIRE(got.records.size() == 1);
    CHECK(got.records[0].bytes == "2");
    CHECK(s.next(asked).records.empty());
}

TEST_CASE("without log files a follower that does not read is told what it missed", "[output_hub]")
{
    stage s;
    s.open();
    auto const web = s.start("web.1");
    auto const followed = s.hub->follow({{}, 0, std::nullopt});
    std::string const lines = [] {
        std::string text;
        for (int i = 0; i < 500; ++i)
            text += std::string(99, 'x') + "\n";
        return text;
    }();
    for (int i = 0; i < 50; ++i) // 2.5 MB
        write_all(s, *web, lines);
    std::uint64_t missed = 0, got = 0, bytes = 0, last = 0;
    while (last < 25'000) {
        auto const batch = s.next(followed);
        missed += batch.missed;
        REQUIRE(!batch.records.empty());
        CHECK(batch.records.front().seq == last + batch.missed + 1);
        CHECK(batch.records.size() < 1000);
        got += batch.records.size();
        last = batch.records.back().seq;
        for (auto const& r : batch.records)
            bytes += r.bytes.size();
    }
    CHECK(missed > 0);
    CHECK(missed + got == 25'000);
    CHECK(bytes <= 1 << 20);
    CHECK(bytes >= 1 << 19);
}

TEST_CASE("with log files a follower that does not read loses nothing", "[output_hub]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    options.log_limits.max_size = 500'000;
    options.log_limits.keep = 20;
    options.history_per_process = 64 << 10;
    s.open(options);
    auto const web = s.start("web.1");
    auto const followed = s.hub->follow({{"web"}, 0, std::nullopt});
    std::string written;
    for (int i = 0; i < 200; ++i) {
        std::string text;
        for (int line = 0; line < 100; ++line)
            text += "line " + std::to_string(100 * i + line) + std::string(80, '.') + "\n";
        if (i == 100)
            text += std::string(100'000, 'l') + "\n"; // comes in pieces
        write_all(s, *web, text);
        written += text;
    }
    std::string got;
    while (got.size() < written.size()) {
        auto const batch = s.next(followed);
        REQUIRE(batch.missed == 0);
        REQUIRE(!batch.records.empty());
        for (auto const& r : batch.records)
            got += r.bytes + (r.partial ? "" : "\n");
    }
    CHECK((got == written)); // two megabytes are not shown
}

TEST_CASE("a follower is told what neither the history nor a log file has", "[output_hub]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    options.log_limits.max_size = 100'000;
    options.log_limits.keep = 2;
    options.history_per_process = 64 << 10;
    s.open(options);
    auto const web = s.start("web.1");
    auto const followed = s.hub->follow({{"web"}, 0, std::nullopt});
    for (int i = 0; i < 100; ++i)
        write_all(s, *web, std::string(99, 'x') + "\n" + std::string(9'899, 'y') + "\n");
    write_all(s, *web, "the last\n");
    std::uint64_t missed = 0, got = 0;
    std::string last;
    while (last != "the last") {
        auto const batch = s.next(followed);
        REQUIRE(!batch.records.empty());
        missed += batch.missed;
        got += batch.records.size();
        last = batch.records.back().bytes;
    }
    CHECK(missed > 0);
    CHECK(got > 25); // twice as many as the history alone has
    CHECK(missed + got == 201);
}

TEST_CASE("a follower is told the end of the past, however much of it is lost or joined",
          "[output_hub]")
{
    auto const files = GENERATE(true, false);
    auto const later = GENERATE(0, 1, 3000); // lines that come before the first step
    stage s;
    auto options = plain(s.file.get());
    if (files)
        options.log_directory = os::log_place{s.dir / "log"};
    options.history_per_process = 32 << 10;
    s.open(options);
    auto const web = s.start("web.1");
    web->write("one\na long");
    s.settle();
    REQUIRE(s.until([&] { return s.shown().ends_with("a long"); })); // as a piece
    web->write(" line\n");
    s.settle();
    auto const followed = s.hub->follow({{"web"}, 1000, std::nullopt});
    followed->files_before();
    for (int i = 0; i < later; ++i)
        write_all(s, *web, "later " + std::to_string(i) + '\n');
    // Nothing more comes, and the end is told with the records of the past.
    std::string past;
    std::uint64_t missed = 0;
    for (bool ended = false; !ended;) {
        auto const batch = followed->take();
        ended = batch.past_ended;
        missed += batch.missed;
        REQUIRE((ended || !batch.records.empty() || batch.missed > 0));
        for (auto const& r : batch.records)
            past += r.bytes + (r.partial ? "" : "\n");
    }
    if (files || later < 3000) {
        CHECK(past.starts_with("one\na long line\n"));
        CHECK(missed == 0);
    } else {
        CHECK(missed > 0);
    }
    if (later < 3000)
        CHECK(past == "one\na long line\n");
    std::string rest;
    for (auto batch = followed->take(); !batch.records.empty(); batch = followed->take()) {
        CHECK_FALSE(batch.past_ended);
        for (auto const& r : batch.records)
            rest += r.bytes + (r.partial ? "" : "\n");
    }
    auto const last = later == 0 ? "line\n" : "later " + std::to_string(later - 1) + '\n';
    CHECK((past + rest).ends_with(last));
    auto const all = past + rest;
    auto const lines = static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n'));
    CHECK(lines + missed == static_cast<std::uint64_t>(later) + 2);
}

TEST_CASE("followers hear of the end", "[output_hub]")
{
    stage s;
    s.open();
    auto const followed = s.hub->follow({{}, 0, std::nullopt});
    s.hub->system("bye");
    s.drain(1s);
    CHECK(s.next(followed).records.size() == 1);
    CHECK(s.next(followed).records.empty());
    CHECK(s.next(s.hub->follow({{}, 0, std::nullopt})).records.empty());
}

TEST_CASE("a reader of stdout that stops holds back the child, and nothing is lost", "[output_hub]")
{
    stage s;
    two_ends out;
    s.open(plain(out.write.get()));
    auto const web = s.start("web.1");
    std::string sent;
    std::string const line(79, 'x');
    // Write until the pipe of the child is full and stays full.
    for (int refused = 0; refused < 3;) {
        if (web->write(line + '\n') == line.size() + 1) {
            sent += "web.1  | " + line + '\n';
            refused = 0;
        } else {
            ++refused;
        }
        s.settle();
        REQUIRE(sent.size() < 4 << 20); // held back
    }
    // Everything else goes on: timers, messages of procd, the history.
    bool fired = false;
    boost::asio::steady_timer timer(s.io, 1ms);
    timer.async_wait([&](boost::system::error_code) { fired = true; });
    CHECK(s.until([&] { return fired; }));
    auto const seen = s.hub->lines_seen();
    s.hub->system("said meanwhile");
    CHECK(s.hub->lines_seen() == seen + 1);

    web->end();
    std::string got;
    REQUIRE(s.until([&] {
        got += taken_now(out.read.get());
        return web->closed > 0 &&
               got.size() >= sent.size() + std::string("system | said meanwhile\n").size();
    }));
    auto const said = got.find("system | said meanwhile\n");
    REQUIRE(said != std::string::npos);
    got.erase(said, std::string("system | said meanwhile\n").size());
    CHECK((got == sent));
    CHECK(s.hub->lines_dropped() == 0);
    CHECK((::fcntl(out.write.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("the drain ends at its deadline, counts what it dropped and lets the loop end",
          "[output_hub]")
{
    stage s;
    two_ends out;
    s.open(plain(out.write.get()));
    for (int i = 0; i < 100; ++i)
        s.hub->system(std::string(9'999, 'x'));
    s.settle();
    auto const before = clock_type::now();
    s.drain(100ms);
    CHECK(clock_type::now() - before >= 100ms);
    CHECK(s.hub->lines_dropped() >= 90);
    CHECK(s.hub->lines_dropped() <= 100);
    s.io.restart();
    s.io.run_for(30s);
    CHECK(s.io.stopped()); // nothing waits for stdout any more
}

TEST_CASE("when nobody reads stdout any more the children go on", "[output_hub]")
{
    stage s;
    two_ends out;
    s.open(plain(out.write.get()));
    auto const web = s.start("web.1");
    out.read.reset();
    for (int i = 0; i < 10; ++i)
        write_all(s, *web, std::string(30'000, 'x') + "\n");
    web->end();
    REQUIRE(s.until([&] { return web->closed > 0; }));
    auto const records = s.hub->history({{"system"}, 10, std::nullopt});
    REQUIRE(records.size() == 1);
    CHECK(records[0].bytes.find("nobody reads stdout any more") == 0);
    s.drain(30s);
}

TEST_CASE("in the journal procd's warnings and errors have their priority, and nothing else does",
          "[output_hub]")
{
    using procd::output::level;
    for (bool const json : {false, true}) {
        stage s;
        auto options = plain(s.file.get());
        options.journal = true;
        options.json = json;
        s.open(options);
        auto const web = s.start("web.1");
        web->write("<3>of the app\nunfinished");
        s.settle();
        s.hub->system("two\nlines", level::error);
        s.hub->system("careful", level::warn);
        s.hub->system("started");
        s.settle();
        auto const shown = s.shown();
        INFO(shown);
        if (!json)
            CHECK(shown == "web.1  | <3>of the app\n<3>system | two\n<3>system | lines\n"
                           "<4>system | careful\nsystem | started\n");
        std::vector<std::string> begins;
        for (std::size_t at = 0; at < shown.size(); at = shown.find('\n', at) + 1)
            begins.push_back(shown.substr(at, 3));
        std::string const none = json ? "{\"s" : "";
        REQUIRE(begins.size() == 5);
        if (json)
            CHECK(begins == std::vector<std::string>{none, "<3>", "<3>", "<4>", none});
    }
    stage s;
    s.open();
    s.hub->system("careful", level::warn);
    s.settle();
    CHECK(s.shown() == "system | careful\n");
}
