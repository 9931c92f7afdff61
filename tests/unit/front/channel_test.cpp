#include "supervisor/front/channel.hpp"
#include "supervisor/front/messages.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/loop.hpp"

#include <fcntl.h>

using procd::front::channel;

namespace {

struct scene : test::loop {
    scene()
    {
        auto ends = os::open_message_pair();
        REQUIRE(ends.has_value());
        far = std::move(ends->second);
        near.emplace(
            io,
            [this](std::string const& bytes, std::vector<os::unique_fd> fds) {
                heard.push_back(bytes);
                descriptors += fds.size();
                if (bytes == "go")
                    near.reset();
            },
            [this] { ++ended; });
        REQUIRE_FALSE(near->open(std::move(ends->first)));
    }

    os::message_socket far;
    std::optional<channel> near;
    std::vector<std::string> heard;
    std::size_t descriptors = 0;
    int ended = 0;
};

} // namespace

TEST_CASE("messages come in their order, with their descriptors", "[channel]")
{
    scene s;
    os::unique_fd const null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    int const fds[] = {null.get(), null.get()};
    CHECK(s.far.send("one", fds).has_value());
    CHECK(s.far.send("two").has_value());
    CHECK(s.heard.empty());
    CHECK(s.until([&] { return s.heard.size() == 2; }));
    CHECK(s.heard == std::vector<std::string>{"one", "two"});
    CHECK(s.descriptors == 2);
    CHECK(s.far.send("three").has_value());
    CHECK(s.until([&] { return s.heard.size() == 3; }));
    CHECK(s.ended == 0);
}

TEST_CASE("messages that find no room wait in their order", "[channel]")
{
    scene s;
    std::string const filler(10'000, 'x');
    constexpr int count = 500;
    for (int i = 0; i < count; ++i)
        CHECK(s.near->send(std::to_string(i) + ' ' + filler));
    int next = 0;
    CHECK(s.until([&] {
        while (auto const got = s.far.receive(procd::front::longest_message)) {
            if (got->bytes != std::to_string(next) + ' ' + filler)
                return true;
            ++next;
        }
        return next == count;
    }));
    CHECK(next == count);
}

TEST_CASE("the end of the other side is told once", "[channel]")
{
    scene s;
    CHECK(s.far.send("last").has_value());
    s.far = {};
    CHECK(s.until([&] { return s.ended > 0; }));
    CHECK(s.heard == std::vector<std::string>{"last"});
    CHECK(s.near->send("nobody reads this"));
    s.poll();
    CHECK(s.ended == 1);
}

TEST_CASE("a channel may be destroyed by its receiver", "[channel]")
{
    scene s;
    CHECK(s.far.send("go").has_value());
    CHECK(s.far.send("never heard").has_value());
    CHECK(s.until([&] { return !s.near; }));
    s.poll();
    CHECK(s.heard == std::vector<std::string>{"go"});
    CHECK(s.ended == 0);
    CHECK_FALSE(s.far.send("x").has_value());
}

TEST_CASE("a message that is too large is refused, and others go on", "[channel]")
{
    scene s;
    auto const refused = s.near->send(std::string(64 << 20, 'x'));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().value() == EMSGSIZE);
    CHECK(s.near->send("next"));
    s.poll();
    auto const got = s.far.receive(procd::front::longest_message);
    REQUIRE(got.has_value());
    CHECK(got->bytes == "next");
    CHECK(s.ended == 0);
}

TEST_CASE("a channel may go while a message waits", "[channel]")
{
    scene s;
    for (int i = 0; i < 500; ++i)
        CHECK(s.near->send(std::string(10'000, 'x')));
    s.poll();
    s.near.reset();
    s.poll();
    CHECK(s.ended == 0);
}

TEST_CASE("what is no message ends the channel", "[channel]")
{
    scene s;
    int const size = 1 << 22;
    ::setsockopt(s.far.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    ::setsockopt(s.far.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    auto const sent = s.far.send(std::string(procd::front::longest_message + 1, 'x'));
    if (!sent) { // this user may not send so long a message
        CHECK(sent.error().value() == EMSGSIZE);
        return;
    }
    CHECK(s.until([&] { return s.ended == 1; }));
    CHECK(s.heard.empty());
}
