#include "supervisor/core/history_reader.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/core/runs.hpp"

#include <map>
#include <string>

using namespace std::chrono_literals;
using core::history_reader;

namespace {

// A history, and beside it the log files as procd would write them.
struct told {
    core::history history;
    std::uint64_t next = 1;
    core::wall_time now = *core::parse_iso("2026-11-23T07:30:00Z");
    std::map<std::string, std::string> files;
    std::map<std::string, bool> mid_line;
    bool logging = true;

    explicit told(std::size_t per_process = 256 << 10) : history(per_process, 64 << 20) {}
    void write(std::string const& process, std::string_view text)
    {
        core::block_head head;
        head.seq = next;
        head.time = now;
        head.process = history.number_of(process);
        next = tests::write(text, head, [&](auto h, auto const& run) {
            auto& file = files[process];
            h.log_begin = file.size();
            if (logging)
                log(process, run);
            h.log_end = file.size();
            h.logged = logging;
            history.append(h, run);
        });
    }
    void log(std::string const& process, core::line_run const& run)
    {
        std::size_t begin = 0;
        for (auto const end : run.ends) {
            if (!std::exchange(mid_line[process], run.partial))
                files[process] += core::iso_text_ms(now) + ' ';
            files[process] += run.bytes.substr(begin, end - begin);
            begin = end;
        }
    }
};

// The records of a client: each process's bytes, and how many lines were missed.
struct client {
    told& from;
    history_reader reader;
    std::map<std::string, std::string> got;
    std::uint64_t missed = 0, last = 0;

    explicit client(told& of, core::history::query const& q = {{}, 1'000'000, std::nullopt},
                    std::uint64_t until = history_reader::without_end)
        : from(of), reader(of.history, q, until)
    {
    }
    // One step. False: nothing was new.
    bool step(std::size_t most)
    {
        std::vector<core::log_record> records;
        bool read = true;
        if (auto const gap = reader.behind(from.history)) {
            auto const& name = from.history.name_of(gap->process);
            auto const text = from.files[name].substr(
                gap->from, std::min<std::uint64_t>(most, gap->to - gap->from));
            auto const end = gap->from + text.size() == gap->to ? core::text_end::all
                                                                : core::text_end::more_follows;
            auto read_text = core::read_log_text(text, gap->state, name, end);
            reader.went_on(gap->process, gap->from + read_text.used, read_text.ends,
                           read_text.state);
            records = std::move(read_text.records);
        } else {
            records = reader.take(from.history, most);
            read = !records.empty();
        }
        missed += reader.take_missed();
        for (auto const& r : records) {
            got[r.process] += r.bytes + (r.partial ? "" : "\n");
            CHECK((r.seq == 0 || r.seq > last));
            last = std::max(last, r.seq);
        }
        return read;
    }
    void run(std::size_t most = 4096)
    {
        while (!reader.done() && step(most)) {
        }
    }
};

} // namespace

TEST_CASE("a reader begins where the query says and goes on without gap or duplicate",
          "[history_reader]")
{
    auto const most = GENERATE(std::size_t{1}, std::size_t{300}, std::size_t{1} << 16);
    told t;
    t.write("web.1", "1\n2\n");
    t.write("db.1", "3\n");
    t.write("web.2", "4\n5\n6\n");
    client all(t), last(t, {{}, 2, std::nullopt}), web(t, {{"web"}, 4, std::nullopt}),
        none(t, {{}, 0, std::nullopt});
    t.write("web.1", "7\n8");
    t.write("db.1", "9\n");
    t.write("web.1", "\n");
    t.write("new.1", "10\n");
    for (auto* each : {&all, &last, &web, &none})
        each->run(most);
    using text = std::map<std::string, std::string>;
    CHECK(all.got == text{{"web.1", "1\n2\n7\n8\n"},
                          {"db.1", "3\n9\n"},
                          {"web.2", "4\n5\n6\n"},
                          {"new.1", "10\n"}});
    CHECK(last.got ==
          text{{"web.2", "5\n6\n"}, {"web.1", "7\n8\n"}, {"db.1", "9\n"}, {"new.1", "10\n"}});
    CHECK(web.got == text{{"web.1", "2\n7\n8\n"}, {"web.2", "4\n5\n6\n"}});
    CHECK(none.got == text{{"web.1", "7\n8\n"}, {"db.1", "9\n"}, {"new.1", "10\n"}});
    CHECK(all.missed == 0);
    t.write("web.2", "11\n");
    all.run(most);
    CHECK(all.got["web.2"] == "4\n5\n6\n11\n");
}

TEST_CASE("a reader with an end stops there, and one since a time begins there", "[history_reader]")
{
    told t;
    t.write("web.1", "1\n2\n");
    t.now += 10s;
    t.write("web.2", "3\n");
    client now(t, {{}, 1000, std::nullopt}, 3), since(t, {{}, 1000, t.now}),
        never(t, {{}, 1000, t.now + 1s});
    t.write("web.1", "4\n");
    for (auto* each : {&now, &since, &never})
        each->run();
    CHECK(now.reader.done());
    CHECK(now.got["web.1"] == "1\n2\n");
    CHECK(now.got["web.2"] == "3\n");
    CHECK(since.got["web.1"] == "4\n");
    CHECK(since.got["web.2"] == "3\n");
    CHECK(never.got["web.1"] == "4\n");
    CHECK(never.got["web.2"].empty());
}

TEST_CASE("a reader that has come to its end reads on without gap or duplicate", "[history_reader]")
{
    auto const most = GENERATE(std::size_t{200}, std::size_t{1} << 16);
    auto const logging = GENERATE(true, false);
    auto const later = GENERATE(0, 3, 2000); // lines that come before the first step
    told t(16 << 10);
    t.logging = logging;
    t.write("web.1", "1\n2\n");
    t.write("db.1", "3\n");
    client all(t, {{}, 1000, std::nullopt}, 3), db(t, {{"db"}, 1000, std::nullopt}, 3);
    std::string written = "1\n2\n";
    for (int i = 0; i < later; ++i) {
        auto const line = "later " + std::to_string(i) + '\n';
        t.write("web.1", line);
        written += line;
    }
    for (auto* each : {&all, &db}) {
        each->run(most); // the end comes although nothing is written any more
        REQUIRE(each->reader.done());
        each->reader.read_on();
        CHECK_FALSE(each->reader.done());
        each->run(most);
    }
    CHECK(db.got == std::map<std::string, std::string>{{"db.1", "3\n"}});
    if (logging || later < 2000) {
        CHECK((all.got["web.1"] == written));
        CHECK(all.missed == 0);
    } else {
        auto const& got = all.got["web.1"];
        auto const lines = static_cast<std::uint64_t>(std::count(got.begin(), got.end(), '\n'));
        CHECK(all.missed > 0);
        CHECK(all.missed + lines == 2002);
        CHECK((written.ends_with(got)));
    }
}

TEST_CASE("a step takes little memory, however much there is", "[history_reader]")
{
    told t(4 << 20);
    for (int i = 0; i < 20'000; ++i)
        t.write("web.1", "x\n");
    history_reader reader(t.history, {{}, 1'000'000, std::nullopt});
    std::size_t records = 0, steps = 0;
    for (auto taken = reader.take(t.history, 64 << 10); !taken.empty();
         taken = reader.take(t.history, 64 << 10), ++steps) {
        CHECK(taken.size() * sizeof(core::log_record) <= (64 << 10) + sizeof(core::log_record));
        records += taken.size();
    }
    CHECK(records == 20'000);
    CHECK(steps > 20);
}

TEST_CASE("a reader that falls behind finds everything in the log files", "[history_reader]")
{
    auto const most = GENERATE(std::size_t{200}, std::size_t{5000}, std::size_t{1} << 16);
    auto const lines = GENERATE(1, 7);
    told t(16 << 10);
    std::map<std::string, std::string> written;
    auto const write = [&](std::string const& process, std::string const& text) {
        written[process] += text;
        t.write(process, text);
    };
    write("web.1", "before\n");
    client slow(t);
    slow.run();
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (int l = 0; l < lines; ++l)
            text += "line " + std::to_string(i) + "\n";
        write("web." + std::to_string(1 + i % 2), text);
        if (i % 50 == 0)
            write("web.1", "a piece"); // the next line goes on with it
        if (i % 97 == 0)
            slow.step(most);
        if (i % 1000 == 0)
            write("late." + std::to_string(i), "hello\n");
    }
    write("web.1", "\n");
    slow.run(most);
    CHECK(slow.missed == 0);
    CHECK(slow.got == written);
}

TEST_CASE("a reader knows where the log files have what was before", "[history_reader]")
{
    told t;
    t.write("web.1", "1\n22\n");
    t.write("web.2", "3\n");
    auto const before = t.files["web.1"].size();
    t.write("web.1", "4\n5\n");
    history_reader last(t.history, {{}, 2, std::nullopt}), all(t.history, {{"web.1"}, 9, {}}),
        none(t.history, {{}, 0, std::nullopt});
    auto const web1 = t.history.number_of("web.1"), other = t.history.number_of("other.1");
    CHECK(last.position(t.history, web1) == before);
    CHECK(all.position(t.history, web1) == 0);
    CHECK(none.position(t.history, web1) == t.files["web.1"].size());
    CHECK_FALSE(none.position(t.history, other));
    history_reader three(t.history, {{}, 4, std::nullopt}); // begins inside of a block
    CHECK(three.position(t.history, web1) == core::log_file_prefix + 2);
}

TEST_CASE("without log files the lines that were lost are counted", "[history_reader]")
{
    told t(16 << 10);
    t.logging = false;
    client slow(t);
    std::uint64_t written = 0;
    for (; written < 5000; ++written)
        t.write("web.1", "a line of some length, number " + std::to_string(written) + "\n");
    slow.run();
    auto const& got = slow.got["web.1"];
    auto const lines = static_cast<std::uint64_t>(std::count(got.begin(), got.end(), '\n'));
    CHECK(slow.missed > 0);
    CHECK(slow.missed + lines == written);
    CHECK(got.ends_with("number 4999\n"));
}
