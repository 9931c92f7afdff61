#include "supervisor/core/write_queue.hpp"
#include "tests/fixtures/catch.hpp"

#include <random>

using core::write_queue;
using kind = write_queue::kind;
using standing = write_queue::standing;
using namespace std::chrono_literals;

namespace {

write_queue::time_point const start{100s};

std::vector<std::string> names(std::vector<write_queue::file> const& files)
{
    std::vector<std::string> all;
    for (auto const& f : files)
        all.push_back(f.name);
    return all;
}

// A disk with room for a number of bytes, and a writer that stops at the first failure.
struct disk {
    std::map<std::string, std::string> files;
    std::size_t room = 0;

    bool write(write_queue::file const& f)
    {
        if (f.content && f.content->size() > room)
            return false;
        if (f.content)
            files[f.name] = *f.content;
        else
            files.erase(f.name);
        return true;
    }
    void attempt(write_queue& queue, write_queue::time_point now)
    {
        auto const batch = queue.take();
        std::size_t written = 0;
        while (written < batch.size() && write(batch[written]))
            ++written;
        queue.over(written, written < batch.size() ? "no room" : "", now);
    }
};

} // namespace

TEST_CASE("releases are written before the state that names them, and removed after it",
          "[write_queue]")
{
    write_queue queue;
    queue.want({"release-1.json", kind::release, {}});
    queue.want({"state.json", kind::state, "s"});
    queue.want({"release-2.json", kind::release, "r"});
    CHECK(names(queue.take()) ==
          std::vector<std::string>{"release-2.json", "state.json", "release-1.json"});
}

TEST_CASE("a ticket is on the disk once everything up to it is", "[write_queue]")
{
    write_queue queue;
    CHECK(queue.of(0) == standing::on_disk);
    CHECK_FALSE(queue.due());
    auto const first = queue.want({"state.json", kind::state, "1"});
    CHECK(queue.due() == write_queue::time_point::min());
    CHECK(queue.of(first) == standing::waiting);
    queue.take();
    auto const second = queue.want({"state.json", kind::state, "2"});
    CHECK_FALSE(queue.due()); // one attempt at a time
    queue.over(1, "", start);
    CHECK(queue.of(first) == standing::on_disk);
    CHECK(queue.of(second) == standing::waiting);
    CHECK(queue.due() == write_queue::time_point::min());
    CHECK(queue.take() == std::vector<write_queue::file>{{"state.json", kind::state, "2"}});
    queue.over(1, "", start);
    CHECK(queue.of(second) == standing::on_disk);
    CHECK_FALSE(queue.due());
    CHECK(queue.asked() == second);
}

TEST_CASE("what could not be written is owed and tried again with growing delays", "[write_queue]")
{
    write_queue queue;
    auto const ticket = queue.want({"state.json", kind::state, "1"});
    for (auto const delay : {250ms, 500ms, 1000ms, 2000ms, 4000ms, 5000ms, 5000ms}) {
        queue.take();
        queue.over(0, "state.json: no room", start);
        CHECK(queue.of(ticket) == standing::owed);
        CHECK(queue.failure() == "state.json: no room");
        CHECK(queue.due() == start + delay);
    }
    CHECK(names(queue.take()) == std::vector<std::string>{"state.json"});
    queue.over(1, "", start);
    CHECK(queue.of(ticket) == standing::on_disk);
    CHECK(queue.failure().empty());
    queue.want({"state.json", kind::state, "2"});
    queue.take();
    queue.over(0, "no room", start);
    CHECK(queue.due() == start + write_queue::first_delay); // the delay has begun anew
}

TEST_CASE("a new wish is tried at once, and newer content wins over what goes back",
          "[write_queue]")
{
    write_queue queue;
    queue.want({"state.json", kind::state, "1"});
    queue.take();
    queue.over(0, "no room", start);
    auto const second = queue.want({"state.json", kind::state, "2"});
    CHECK(queue.due() == write_queue::time_point::min());
    queue.take();
    auto const third = queue.want({"state.json", kind::state, "3"});
    queue.over(0, "no room", start);
    CHECK(queue.of(second) == standing::owed);
    CHECK(queue.of(third) == standing::waiting);
    CHECK(queue.due() == write_queue::time_point::min());
    CHECK(queue.take() == std::vector<write_queue::file>{{"state.json", kind::state, "3"}});
}

TEST_CASE("files behind a failure go back, those before it are done", "[write_queue]")
{
    write_queue queue;
    auto const ticket = queue.want({"release-2.json", kind::release, "r"});
    queue.want({"state.json", kind::state, "s"});
    queue.take();
    queue.over(1, "state.json: no room", start);
    CHECK(queue.of(ticket) == standing::owed);
    CHECK(names(queue.take()) == std::vector<std::string>{"state.json"});
}

TEST_CASE("whatever the disk refuses, its state never names a release that it has not",
          "[write_queue]")
{
    std::mt19937 random(7); // the same walk each time
    write_queue queue;
    disk d;
    auto now = start;
    int newest = 0;
    std::uint64_t last = 0;
    for (int step = 0; step < 20'000; ++step) {
        d.room = std::uniform_int_distribution<std::size_t>(0, 12)(random);
        if (random() % 4 == 0) {
            ++newest;
            queue.want(
                {"r" + std::to_string(newest), kind::release, std::string(random() % 10, 'r')});
            if (newest > 3)
                queue.want({"r" + std::to_string(newest - 3), kind::release, {}});
            last = queue.want({"state", kind::state, std::to_string(newest)});
        }
        now += std::chrono::milliseconds(random() % 3000);
        if (queue.due() && *queue.due() <= now)
            d.attempt(queue, now);
        auto const named = d.files.find("state");
        if (named != d.files.end())
            REQUIRE(d.files.contains("r" + named->second));
        REQUIRE(
            (queue.of(last) != standing::on_disk || d.files.at("state") == std::to_string(newest)));
    }
    d.room = 100;
    while (queue.due())
        d.attempt(queue, now);
    CHECK(queue.of(last) == standing::on_disk);
    CHECK(d.files.at("state") == std::to_string(newest));
    CHECK(d.files.size() == 4);
}
