#include "supervisor/ctl/past_logs.hpp"
#include "supervisor/os/log_file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <filesystem>
#include <fstream>

using namespace std::chrono_literals;

namespace {

core::wall_time const start = *core::parse_iso("2026-11-23T07:30:00Z");

std::string line(std::chrono::seconds at, std::string const& text)
{
    return core::iso_text_ms(start + at) + ' ' + text + '\n';
}

core::log_record record(std::uint64_t seq, std::chrono::seconds at, std::string process,
                        std::string text)
{
    return {seq, start + at, std::move(process), std::move(text), false};
}

struct stage {
    tests::temp_dir dir;
    ctl::remembered_logs remembered;
    ctl::old_log_bounds bounds;
    ctl::found_logs found;

    stage()
    {
        remembered.files.directory = dir.path();
        remembered.files.time = start + 1h;
    }
    void write(std::string const& name, std::string const& text)
    {
        std::ofstream(dir / name, std::ios::app) << text;
    }
    // The next records of the process are remembered from here on.
    void remember_from_here(std::string const& process)
    {
        std::uint64_t size = std::filesystem::file_size(dir / (process + ".log"));
        auto const fd = os::open_log_archive(dir.path());
        auto const inode = os::list_log(fd->directory.get(), process + ".log").at(0).inode;
        remembered.files.processes.push_back({process, inode, size, 0});
    }
    void write_remembered(std::string const& process, std::string const& text)
    {
        write(process + ".log", text);
        for (auto& p : remembered.files.processes)
            if (p.name == process)
                p.size += text.size(), p.later += text.size();
    }
    std::string all(std::vector<std::string> const& names = {})
    {
        std::string text;
        auto copy = remembered;
        found = ctl::each_past_record(std::move(copy), names, bounds,
                                      [&](core::log_record r) { text += r.bytes + ' '; });
        return text;
    }
};

} // namespace

TEST_CASE("old lines come before those that are remembered, without gap or duplicate",
          "[past_logs]")
{
    stage s;
    s.write("web.1.log.1", line(1s, "1") + line(2s, "2"));
    s.write("web.1.log", line(3s, "3"));
    s.remember_from_here("web.1");
    s.write_remembered("web.1", line(3s, "4") + line(5s, "5"));
    s.remembered.records = {record(10, 3s, "web.1", "4"), record(11, 5s, "web.1", "5")};
    CHECK(s.all() == "1 2 3 4 5 ");
    CHECK(s.found.records == 5);
    CHECK(s.found.oldest == start + 1s);

    SECTION("also when procd writes on meanwhile")
    {
        s.write("web.1.log", line(6s, "later"));
        CHECK(s.all() == "1 2 3 4 5 ");
    }
    SECTION("also when procd rotates meanwhile")
    {
        auto const archive = os::open_log_archive(s.dir.path());
        REQUIRE_FALSE(os::rotate_log_file(archive->directory.get(), "web.1.log", 5));
        s.write("web.1.log", line(6s, "later"));
        CHECK(s.all() == "1 2 3 4 5 ");
    }
    SECTION("also when somebody has moved the newest file away")
    {
        std::filesystem::rename(s.dir / "web.1.log", s.dir / "moved");
        CHECK(s.all() == "1 2 4 5 ");
    }
}

TEST_CASE("the remembered lines may begin in an older file", "[past_logs]")
{
    stage s;
    auto const kept = line(2s, "2"), newest = line(3s, "3");
    s.write("web.1.log.1", line(1s, "1") + kept);
    s.write("web.1.log", newest);
    s.remember_from_here("web.1");
    s.remembered.files.processes[0].later = kept.size() + newest.size();
    s.remembered.records = {record(1, 2s, "web.1", "2"), record(2, 3s, "web.1", "3")};
    CHECK(s.all() == "1 2 3 ");
}

TEST_CASE("the lines of several processes come in the order of their times", "[past_logs]")
{
    stage s;
    s.write("web.1.log", line(1s, "1") + line(4s, "4"));
    s.write("web.2.log", line(2s, "2") + line(3s, "3"));
    s.write("system.log", line(0s, "0"));
    s.write("production.log", "of somebody else\n");
    s.remembered.records = {record(1, 3s, "db.1", "3'"), record(2, 5s, "db.1", "5")};
    CHECK(s.all() == "0 1 2 3 3' 4 5 ");
    s.remembered.records.clear();
    CHECK(s.all({"web"}) == "1 2 3 4 ");
    CHECK(s.all({"web.2", "system"}) == "0 2 3 ");
    CHECK(s.all({"gone"}).empty());
    CHECK_FALSE(s.found.oldest);
}

TEST_CASE("a process that procd does not list has no old line after the answer", "[past_logs]")
{
    stage s;
    s.write("web.1.log", line(1s, "1") + line(3601s, "after"));
    CHECK(s.all() == "1 ");
}

TEST_CASE("only the last lines are read when these are enough", "[past_logs]")
{
    stage s;
    std::string many;
    for (int i = 0; i < 5000; ++i)
        many += line(std::chrono::seconds(i / 10), std::to_string(i));
    s.write("web.1.log.1", many);
    s.write("web.1.log", line(600s, "x") + line(601s, "y"));
    s.bounds.last_lines = GENERATE(0, 1, 2, 3, 4000, 9000);
    auto const all = s.all();
    auto const wanted = std::min<std::uint64_t>(*s.bounds.last_lines, 5002);
    CHECK(s.found.records == wanted);
    CHECK(s.found.oldest == start);
    CHECK((wanted == 0 || all.ends_with("y ")));
}

TEST_CASE("without log files there is what procd remembers", "[past_logs]")
{
    stage s;
    s.remembered.files.directory.reset();
    s.remembered.records = {record(1, 3s, "db.1", "3")};
    CHECK(s.all() == "3 ");
    CHECK(s.found.oldest == start + 3s);
    s.remembered.files.directory = s.dir / "nowhere";
    CHECK(s.all() == "3 ");
    CHECK(s.found.trouble.empty());
    s.write("file", "");
    s.remembered.files.directory = s.dir / "file";
    CHECK(s.all() == "3 ");
    CHECK_FALSE(s.found.trouble.empty());
}
