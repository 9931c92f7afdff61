// A random walk. Each step does something to procd that it has to bear: counts change, files break,
// the disk is full, the guardian dies, the state directory goes, clients do not read, descriptors
// run out, processes are killed, and the app itself is hostile. After each step procd has reached
// what was wished, or it has said why not. At the end nothing is left.
//
// CHAOS_SECONDS is the length of the walk (20), and CHAOS_SEED repeats one.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace test;

namespace {

namespace json = boost::json;

unsigned number_from(char const* variable, unsigned otherwise)
{
    char const* const text = std::getenv(variable);
    return text ? static_cast<unsigned>(std::stoul(text)) : otherwise;
}

// The commands sleep for a time that no other process of this machine sleeps for, so that what is
// left of them can be found even when they have emptied their environment.
std::string marked_sleep()
{
    return std::to_string(100'000'000 + ::getpid());
}

std::string procfile(int variant)
{
    auto const sleep = "sleep " + marked_sleep();
    return "web: VARIANT=" + std::to_string(variant) + " exec " + sleep +
           "\n"
           "stubborn: trap '' TERM; " +
           sleep +
           " & wait\n"
           "wild: setsid " +
           sleep + " & env -i setsid " + sleep + " & exec " + sleep + "\n";
}

// However often a process is killed, it comes back soon.
auto const settings = "[defaults]\nbackoff = { initial = \"100ms\", max = \"500ms\" }\n";

// The processes that were started from this Procfile and live.
std::vector<int> marked_processes()
{
    std::vector<int> found;
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        auto const pid = std::atoi(entry.path().filename().c_str());
        auto command = pid > 0 ? read_file(entry.path().string() + "/cmdline") : std::string();
        std::replace(command.begin(), command.end(), '\0', ' ');
        if (command.starts_with("sleep " + marked_sleep()))
            found.push_back(pid);
    }
    return found;
}

bool can_unshare()
{
    return ::geteuid() == 0 && run({"unshare", "-m", "true"}, "/").code == 0;
}

// Where root may, procd runs on a small disk of its own, which the walk can fill.
std::vector<std::string> on_small_disk(std::string const& place)
{
    return {"unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o size=2m,mode=755 t " + place + " && cd " + place +
                " && cat ../Procfile > Procfile && cat ../procd.toml > procd.toml && exec \"$@\"",
            "sh"};
}

class walk {
public:
    walk(tests::temp_dir const& outer, bool small_disk, unsigned seed)
        : random_(seed),
          app_(small_disk ? "" : procfile(0),
               {.options = {"serve", "-t", "1", "-m", "web=2,stubborn=1,wild=1"},
                .files = {{"procd.toml", settings}},
                .open_files = 400,
                .wrapper = small_disk ? on_small_disk(outer / "app") : std::vector<std::string>()}),
          small_disk_(small_disk),
          root_(small_disk ? "/proc/" + std::to_string(app_.pid()) + "/root" + (outer / "app")
                           : app_.root())
    {
    }

    void run_for(std::chrono::seconds time)
    {
        auto const end = std::chrono::steady_clock::now() + time;
        expect_wish("the start");
        for (steps_ = 0; std::chrono::steady_clock::now() < end; ++steps_)
            step();
    }

    void end()
    {
        clients_.clear();
        app_.signal(SIGTERM);
        CHECK(app_.wait() == 0);
        CHECK(eventually([] { return marked_processes().empty(); }));
        std::cout << steps_ << " steps\n";
    }

private:
    // A connection to procd. Whoever holds it does not read.
    class client {
    public:
        client(std::string const& socket, std::string const& request)
            : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
        {
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
            if (::connect(fd_, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0)
                ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        client(client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
        client& operator=(client&& other) noexcept
        {
            std::swap(fd_, other.fd_);
            return *this;
        }
        ~client()
        {
            if (fd_ >= 0)
                ::close(fd_);
        }

    private:
        int fd_;
    };

    int upto(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
    std::string socket() const { return root_ + "/.procd/procd.sock"; }
    outcome ctl(std::vector<std::string> words)
    {
        words.insert(words.begin(), {"-s", socket()});
        return app_.ctl(words);
    }
    void write(std::string const& name, std::string const& text)
    {
        std::ofstream(root_ + '/' + name + ".new") << text;
        std::filesystem::rename(root_ + '/' + name + ".new", root_ + '/' + name);
    }

    void step()
    {
        using action = void (walk::*)();
        struct named {
            char const* name;
            action act;
        };
        static named const actions[] = {
            {"scale", &walk::scale},
            {"kill processes", &walk::kill_processes},
            {"reload with a typo", &walk::reload_with_typo},
            {"reload", &walk::reload},
            {"kill the guardian", &walk::kill_guardian},
            {"remove the state directory", &walk::remove_state},
            {"clients that do not read", &walk::add_lazy_clients},
            {"clients go", &walk::drop_clients},
            {"no descriptors left", &walk::exhaust_descriptors},
            {"a full disk", &walk::fill_disk},
        };
        auto const& next = actions[upto(static_cast<int>(std::size(actions)) - 1)];
        INFO("step " << steps_ << ": " << next.name);
        (this->*next.act)();
        expect_wish(next.name);
    }

    void scale()
    {
        auto const at = std::next(wanted_.begin(), upto(2));
        int const count = upto(3);
        auto const done = ctl({"scale", at->first + "=" + std::to_string(count)});
        INFO(done.out << done.err);
        at->second = count;
        CHECK(done.code == 0);
    }
    void kill_processes()
    {
        auto const pids = marked_processes();
        for (int i = 0; i < 3 && !pids.empty(); ++i)
            ::kill(pids[static_cast<std::size_t>(upto(static_cast<int>(pids.size()) - 1))],
                   SIGKILL);
    }
    void reload_with_typo()
    {
        auto text = procfile(variant_);
        text.erase(text.find("wild:") + 4, 1);
        write("Procfile", text);
        auto const refused = ctl({"reload"});
        CHECK(refused.code == 1);
        CHECK(has(refused.err, "Procfile"));
        write("Procfile", procfile(variant_));
    }
    void reload()
    {
        write("Procfile", procfile(++variant_));
        auto const done = ctl({"reload"});
        INFO(done.out << done.err);
        CHECK(done.code == 0);
    }
    void kill_guardian()
    {
        auto const guardian = guardian_of(app_);
        if (guardian > 0)
            ::kill(guardian, SIGKILL);
        CHECK(eventually([&] {
            auto const now = guardian_of(app_);
            return now > 0 && now != guardian;
        }));
    }
    void remove_state()
    {
        std::filesystem::remove_all(root_ + "/.procd");
        app_.signal(SIGHUP);
        CHECK(eventually([this] { return std::filesystem::exists(socket()); }));
    }
    void add_lazy_clients()
    {
        for (int i = 0; i < 5; ++i)
            clients_.emplace_back(
                socket(), "GET /v1/logs?follow=true&lines=1000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    void drop_clients() { clients_.clear(); }
    void exhaust_descriptors()
    {
        std::vector<client> many;
        for (int i = 0; i < 500; ++i)
            many.emplace_back(socket(), "");
        auto const refused = ctl({"scale", "web=1"});
        if (refused.code == 0)
            wanted_["web"] = 1;
        else
            CHECK_FALSE(refused.err.empty());
        many.clear();
        CHECK(eventually([this] { return ctl({"scale", "web=1"}).code == 0; }));
        wanted_["web"] = 1;
    }
    void fill_disk()
    {
        if (!small_disk_)
            return;
        {
            std::ofstream fill(root_ + "/fill");
            for (std::string const kib(1024, 'x'); fill << kib << std::flush;) {
            }
        }
        int const count = wanted_["web"] == 2 ? 1 : 2;
        auto const unkept = ctl({"scale", "web=" + std::to_string(count)});
        INFO(unkept.out << unkept.err);
        CHECK(unkept.code == 1);
        CHECK(has(unkept.err, "not kept"));
        wanted_["web"] = count;
        std::filesystem::remove(root_ + "/fill");
        auto const kept = "\"web\":{\"wanted\":" + std::to_string(count);
        CHECK(eventually([&] { return has(read_file(root_ + "/.procd/state.json"), kept); }));
    }

    // Each type has as many processes as were asked for, and all of them are up.
    void expect_wish(char const* after)
    {
        std::string seen;
        bool const reached = eventually([&] {
            auto const listed = ctl({"ps", "--json"});
            seen = listed.out + listed.err;
            if (listed.code != 0)
                return false;
            std::map<std::string, int> up{{"web", 0}, {"stubborn", 0}, {"wild", 0}};
            auto const processes = json::parse(listed.out);
            bool all_up = true;
            for (auto const& each : processes.as_array()) {
                all_up = all_up && each.at("state") == "up";
                ++up[std::string(each.at("type").as_string())];
            }
            return all_up && up == wanted_;
        });
        if (!reached)
            FAIL("after " << after << " procd has not reached the wish: " << seen << '\n'
                          << app_.output());
    }

    std::mt19937 random_;
    app_under_test app_;
    bool small_disk_;
    std::string root_;
    std::map<std::string, int> wanted_{{"web", 2}, {"stubborn", 1}, {"wild", 1}};
    int variant_ = 0;
    int steps_ = 0;
    std::vector<client> clients_;
};

} // namespace

TEST_CASE("a random walk loses nothing, and at its end nothing is left", "[chaos]")
{
    auto const seed = number_from("CHAOS_SEED", std::random_device()());
    std::cout << "CHAOS_SEED=" << seed << '\n';
    INFO("CHAOS_SEED=" << seed);
    tests::temp_dir const outer;
    std::filesystem::create_directory(outer / "app");
    std::ofstream(outer / "Procfile") << procfile(0);
    std::ofstream(outer / "procd.toml") << settings;
    walk w(outer, can_unshare(), seed);
    w.run_for(std::chrono::seconds(number_from("CHAOS_SECONDS", 20)));
    w.end();
}
