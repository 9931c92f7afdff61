#include "supervisor/front/upstreams.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/loop.hpp"

using namespace procd::front;
using namespace std::chrono_literals;

namespace {

struct scene : test::loop {
    scene() { to->now.in_rotation = true; }

    // Gives a connection back; returns the app's end of it.
    os::unique_fd give_back()
    {
        test::pair ends(*this);
        pool.give_back(to, std::move(ends.near));
        return std::move(ends.far);
    }
    static bool is_closed(os::unique_fd const& far)
    {
        char c = 0;
        return ::recv(far.get(), &c, 1, MSG_DONTWAIT) == 0;
    }

    connection_pool pool{io};
    std::shared_ptr<upstream> to = std::make_shared<upstream>();
};

} // namespace

TEST_CASE("the connection used last is taken first", "[connection_pool]")
{
    scene s;
    CHECK(s.pool.take(*s.to, 1h) == nullptr);
    auto const first = s.give_back();
    auto const second = s.give_back();
    auto const taken = s.pool.take(*s.to, 1h);
    REQUIRE(taken != nullptr);
    ::send(second.get(), "2", 1, MSG_NOSIGNAL);
    CHECK(s.result_of(taken->read()));
    CHECK(taken->bytes() == "2");
    CHECK(s.pool.take(*s.to, 1h) != nullptr);
    CHECK(s.pool.take(*s.to, 1h) == nullptr);
}

TEST_CASE("a connection with news is closed, and the next one taken", "[connection_pool]")
{
    scene s;
    auto const quiet = s.give_back();
    auto talking = s.give_back();
    auto closed = s.give_back();
    ::send(talking.get(), "x", 1, MSG_NOSIGNAL);
    closed.reset();
    auto const taken = s.pool.take(*s.to, 1h);
    REQUIRE(taken != nullptr);
    CHECK_FALSE(s.is_closed(quiet));
    CHECK(s.to->idle.empty());
}

TEST_CASE("a connection that is too old is not taken", "[connection_pool]")
{
    scene s;
    auto const far = s.give_back();
    s.to->idle.front().since -= 501ms;
    SECTION("for a request that may not be repeated")
    {
        CHECK(s.pool.take(*s.to, 500ms) == nullptr);
        CHECK(s.is_closed(far));
    }
    SECTION("but for another one")
    {
        CHECK(s.pool.take(*s.to, 1h) != nullptr);
    }
}

TEST_CASE("a process out of rotation keeps no connection", "[connection_pool]")
{
    scene s;
    s.to->now.in_rotation = false;
    auto const far = s.give_back();
    CHECK(s.is_closed(far));
    CHECK(s.to->idle.empty());
}

TEST_CASE("connections that wait for a second are closed by themselves", "[connection_pool]")
{
    scene s;
    auto const one = s.give_back();
    auto const other = s.give_back();
    auto const begun = std::chrono::steady_clock::now();
    CHECK(s.until([&] { return s.to->idle.empty(); }));
    CHECK(std::chrono::steady_clock::now() - begun >= 900ms);
    CHECK(s.is_closed(one));
    CHECK(s.is_closed(other));
    CHECK_FALSE(s.to->listed);
    s.io.restart();
    CHECK(s.io.poll() == 0);
    CHECK(s.io.stopped()); // no timer is left
}

TEST_CASE("a pool and its processes may go in any order", "[connection_pool]")
{
    test::loop l;
    auto pool = std::make_unique<connection_pool>(l.io);
    auto to = std::make_shared<upstream>();
    to->now.in_rotation = true;
    test::pair one(l), other(l);
    pool->give_back(to, std::move(one.near));
    pool->give_back(to, std::move(other.near));
    SECTION("the process first")
    {
        to.reset();
        CHECK(one.ended());
    }
    pool.reset();
    l.poll();
}

TEST_CASE("a request counts for as long as it is in flight", "[in_flight]")
{
    auto const to = std::make_shared<upstream>();
    to->told_idle = true;
    int ends = 0;
    auto const less = std::make_shared<std::function<void(upstream&)> const>([&ends](upstream& of) {
        ++ends;
        CHECK(of.now.in_flight == 2 - ends);
    });
    {
        in_flight first(to, less);
        CHECK(to->now.in_flight == 1);
        CHECK_FALSE(to->told_idle);
        in_flight second(to, less);
        in_flight moved(std::move(first));
        CHECK_FALSE(first);
        CHECK(moved.to() == to);
        CHECK(to->now.in_flight == 2);
        second = std::move(moved); // ends the second
        CHECK(ends == 1);
        CHECK(to->now.in_flight == 1);
        second.end();
        second.end();
        CHECK(ends == 2);
    }
    CHECK(ends == 2);
    CHECK(to->now.in_flight == 0);
    CHECK_FALSE(in_flight());
}
