// Large bodies on their way through a pipe.
#include "supervisor/front/splice.hpp"
#include "supervisor/os/signals.hpp"
#include "tests/unit/front/loop.hpp"

#include <fcntl.h>

using namespace procd::front;

namespace {

constexpr std::size_t kib = 1024;

struct stage : test::loop {
    stage() { os::ignore_write_signals(); }

    auto start_piece() { return start(pass_piece(with, *from.near, *to.near, body, progress)); }
    passed_piece piece()
    {
        return result_of(pass_piece(with, *from.near, *to.near, body, progress));
    }
    // Fills the socket to the target. Returns how many bytes that took.
    std::size_t fill_target()
    {
        std::string const much(64 * kib, 'x');
        std::size_t filled = 0;
        for (ssize_t count = 1; count > 0;) {
            count = ::send(to.near->raw().native_handle(), much.data(), much.size(), MSG_DONTWAIT);
            filled += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
        return filled;
    }

    house with{io, os::unique_fd(::open("/dev/null", O_WRONLY | O_CLOEXEC))};
    test::pair from{*this}, to{*this};
    body_scanner body{framing{framing::kind::length, 1000 * kib}};
    int steps = 0;
    std::function<void()> progress = [this] { ++steps; };
};

} // namespace

TEST_CASE("a piece goes through whole, and its pipe is free again", "[splice]")
{
    stage s;
    auto const under_way = s.start_piece();
    CHECK_FALSE(under_way->has_value());
    CHECK(s.with.pipes->in_use() == 0); // none for somebody who waits
    s.from.say("hello");
    REQUIRE(s.until([&] { return under_way->has_value(); }));
    CHECK((*under_way)->bytes == 5);
    CHECK_FALSE((*under_way)->source_ended);
    CHECK_FALSE((*under_way)->target_failed);
    CHECK(s.to.heard() == "hello");
    CHECK(s.body.most_of(2000 * kib) == 1000 * kib - 5);
    CHECK(s.steps > 0);
    CHECK(s.with.pipes->in_use() == 0);
}

TEST_CASE("bytes behind the body stay where they are", "[splice]")
{
    stage s;
    s.body = body_scanner(framing{framing::kind::length, 64 * kib});
    s.body.pass(40 * kib);
    REQUIRE(s.body.is_long());
    s.from.say(std::string(24 * kib, 'b') + "HTTP/1.1 200 OK");
    std::string heard;
    while (!s.body.done()) {
        CHECK(s.piece().bytes > 0);
        heard += s.to.heard();
    }
    CHECK((heard == std::string(24 * kib, 'b')));
    CHECK(s.result_of(s.from.near->read()));
    CHECK(s.from.near->bytes() == "HTTP/1.1 200 OK");
}

TEST_CASE("a target that takes nothing holds the source back", "[splice]")
{
    stage s;
    auto const filled = s.fill_target();
    s.from.say("hello");
    auto const under_way = s.start_piece();
    s.poll();
    CHECK_FALSE(under_way->has_value());
    CHECK(s.with.pipes->in_use() == 1);
    std::size_t heard = 0;
    SECTION("until it takes bytes again")
    {
        REQUIRE(s.until([&] {
            heard += s.to.heard().size();
            return under_way->has_value();
        }));
        heard += s.to.heard().size();
        CHECK(heard == filled + 5);
        CHECK_FALSE((*under_way)->target_failed);
    }
    SECTION("until it is closed")
    {
        s.to.far.reset();
        REQUIRE(s.until([&] { return under_way->has_value(); }));
        CHECK((*under_way)->target_failed);
        CHECK((*under_way)->bytes == 5);
    }
    SECTION("until its time is over")
    {
        s.to.near->cancel();
        REQUIRE(s.until([&] { return under_way->has_value(); }));
        CHECK((*under_way)->target_failed);
    }
    CHECK(s.with.pipes->in_use() == 0);
}

TEST_CASE("a source that ends too early is told as such", "[splice]")
{
    stage s;
    s.from.far.reset();
    auto const piece = s.piece();
    CHECK(piece.source_ended);
    CHECK(piece.bytes == 0);
    CHECK_FALSE(s.body.done());
}

TEST_CASE("without a free pipe the bytes are copied", "[splice]")
{
    stage s;
    std::vector<pipe_pool::lease> all;
    while (auto one = s.with.pipes->take())
        all.push_back(std::move(one));
    s.from.say("hello");
    CHECK(s.piece().bytes == 5);
    CHECK(s.to.heard() == "hello");
    CHECK(s.body.most_of(2000 * kib) == 1000 * kib - 5);
    s.from.far.reset();
    CHECK(s.piece().source_ended);
}
