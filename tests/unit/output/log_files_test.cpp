#include "supervisor/output/log_files.hpp"
#include "tests/unit/output/hub_stage.hpp"

#include <filesystem>
#include <sys/resource.h>

using namespace tests;
using stage = tests::hub_stage;

TEST_CASE("log files hold each process's lines, in time and in full", "[log_files]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    s.open(options);
    auto const web = s.start("web.1");
    web->write("one\ntwo\n");
    s.hub->system("words");
    s.settle();
    auto const text = contents(s.dir / "log/web.1.log");
    REQUIRE(text.size() == 2 * (25 + 4));
    CHECK(text.substr(24, 5) == " one\n");
    CHECK(text.substr(29 + 23) == "Z two\n");
    CHECK(contents(s.dir / "log/system.log").ends_with("Z words\n"));

    // Somebody moves the file away and sends USR1.
    std::filesystem::rename(s.dir / "log/web.1.log", s.dir / "log/moved");
    web->write("to the old\n");
    s.settle();
    s.hub->reopen_files();
    web->write("to the new\n");
    s.settle();
    CHECK(contents(s.dir / "log/moved").ends_with("Z to the old\n"));
    CHECK(contents(s.dir / "log/web.1.log").size() == 25 + 11);
}

TEST_CASE("log files are rotated and their total is bounded", "[log_files]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    options.log_max_size = 10'000;
    options.log_keep = 3;
    options.log_total = 60'000;
    s.open(options);
    std::vector<std::unique_ptr<child>> children;
    for (int p = 1; p <= 4; ++p)
        children.push_back(s.start("p." + std::to_string(p)));
    for (int i = 0; i < 1000; ++i)
        for (auto const& c : children)
            write_all(s, *c, std::string(74, 'x') + "\n");
    std::uintmax_t total = 0;
    for (auto const& entry : std::filesystem::directory_iterator(s.dir / "log")) {
        CHECK(entry.file_size() <= 10'000);
        CHECK(entry.file_size() % 100 == 0); // whole lines
        CHECK(entry.path().string().find(".log.4") == std::string::npos);
        total += entry.file_size();
    }
    CHECK(total <= 60'000);
    CHECK(total >= 40'000);
    CHECK(s.hub->lines_dropped() == 0);
}

TEST_CASE("files that procd did not make neither count towards the total nor are removed",
          "[log_files]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    options.log_max_size = 10'000;
    options.log_keep = 3;
    options.log_total = 20'000;
    std::filesystem::create_directory(s.dir / "log");
    std::vector<std::string> const theirs{"production.log", "production.log.1", "web.1.txt",
                                          "web.01.log", "web.1.log.gz"};
    for (auto const& name : theirs)
        std::ofstream(s.dir / ("log/" + name)) << std::string(50'000, 'x');
    // The oldest log file is one of a type that is no longer in the Procfile.
    std::ofstream(s.dir / "log/gone.1.log") << std::string(15'000, 'x');
    auto const long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(s.dir / "log/gone.1.log", long_ago);
    s.open(options);
    auto const web = s.start("web.1");
    for (int i = 0; i < 1000; ++i)
        write_all(s, *web, std::string(74, 'x') + "\n");
    for (auto const& name : theirs)
        CHECK(std::filesystem::file_size(s.dir / ("log/" + name)) == 50'000);
    CHECK_FALSE(std::filesystem::exists(s.dir / "log/gone.1.log"));
    CHECK(std::filesystem::exists(s.dir / "log/web.1.log.1"));
    CHECK_FALSE(std::filesystem::exists(s.dir / "log/web.1.log.2"));
    CHECK(s.hub->lines_dropped() == 0);
}

TEST_CASE("a log directory that cannot be written is said once, counted, and said when it works",
          "[log_files]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    std::ofstream(s.dir / "log") << "in the way";
    s.open(options);
    auto const web = s.start("web.1");
    for (int i = 0; i < 5; ++i) {
        web->write("lost\n");
        s.settle();
    }
    auto const said = s.hub->history({{"system"}, 10, std::nullopt});
    REQUIRE(said.size() == 1);
    CHECK(said[0].bytes.find("cannot write ") == 0);
    auto const lost = s.hub->lines_dropped();
    CHECK(lost == 6); // one of them is a message of procd

    std::filesystem::remove(s.dir / "log");
    web->write("kept\n");
    s.settle();
    s.hub->system("so do procd's own");
    s.settle();
    CHECK(contents(s.dir / "log/web.1.log").ends_with("Z kept\n"));
    CHECK(s.hub->lines_dropped() == lost);
    auto const again = s.hub->history({{"system"}, 10, std::nullopt});
    std::vector<std::string> words;
    for (auto const& r : again)
        words.push_back(r.bytes);
    CHECK(words == std::vector<std::string>{said[0].bytes,
                                            "writing log files again; 6 lines were dropped",
                                            "so do procd's own"});
}

TEST_CASE("a disk that is full leaves no half line", "[log_files]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    s.open(options);
    auto const web = s.start("web.1");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit const small{1'050, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    for (int i = 0; i < 20; ++i)
        web->write(std::string(74, 'x') + "\n");
    s.settle();
    ::setrlimit(RLIMIT_FSIZE, &before);
    CHECK(contents(s.dir / "log/web.1.log").size() == 1'000);
    CHECK(s.hub->lines_dropped() >= 10);
    write_all(s, *web, "fits again\n");
    CHECK(contents(s.dir / "log/web.1.log").ends_with("Z fits again\n"));
}

TEST_CASE("without descriptors log lines are dropped and counted, and nothing else fails",
          "[log_files]")
{
    stage s;
    auto options = plain(s.file.get());
    options.log_directory = os::log_place{s.dir / "log"};
    s.open(options);
    auto const web = s.start("web.1");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit const none{3, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    web->write("shown all the same\n");
    s.settle();
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(s.shown().find("web.1  | shown all the same\n") == 0);
    CHECK(s.hub->lines_dropped() >= 1);
    web->write("kept\n");
    s.settle();
    CHECK(contents(s.dir / "log/web.1.log").ends_with("Z kept\n"));
}
