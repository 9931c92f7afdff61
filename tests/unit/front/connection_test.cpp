#include "supervisor/front/connection.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/front/loop.hpp"

#include <array>

using procd::front::connection;

namespace {

struct scene {
    test::loop loop;
    test::pair ends{loop};
    connection& near = *ends.near;
    std::array<char, 64> room{};

    bool read() { return loop.result_of(near.read()); }
};

} // namespace

TEST_CASE("bytes that come are kept until they are used", "[connection]")
{
    scene s;
    CHECK(s.near.bytes().empty());
    s.ends.say("hello");
    CHECK(s.read());
    CHECK(s.near.bytes() == "hello");
    s.near.use(2);
    CHECK(s.near.bytes() == "llo");
    s.ends.say(", world");
    CHECK(s.read());
    CHECK(s.near.bytes() == "llo, world");
    s.near.use(10);
    CHECK(s.near.bytes().empty());
    s.near.use(0);
    CHECK(s.near.bytes().empty());
}

TEST_CASE("a read waits for bytes", "[connection]")
{
    scene s;
    auto const read = s.loop.start(s.near.read());
    CHECK_FALSE(*read);
    s.ends.say("x");
    CHECK(s.loop.until([&] { return read->has_value(); }));
    CHECK(*read == true);
}

TEST_CASE("the end of the other side is no bytes", "[connection]")
{
    scene s;
    s.ends.say("last");
    s.ends.far.reset();
    CHECK(s.read());
    CHECK(s.near.bytes() == "last");
    CHECK_FALSE(s.read());
    CHECK(s.near.bytes() == "last");
    CHECK(s.loop.result_of(s.near.read_into(s.room)).empty());
}

TEST_CASE("bytes are read into the room given, as far as it goes", "[connection]")
{
    scene s;
    s.ends.say(std::string(100, 'a') + "b");
    CHECK(s.loop.result_of(s.near.read_into(s.room)) == std::string(64, 'a'));
    CHECK(s.loop.result_of(s.near.read_into(s.room)) == std::string(36, 'a') + "b");
    CHECK(s.near.bytes().empty());
}

TEST_CASE("bytes put back come first", "[connection]")
{
    scene s;
    s.near.put_back("c");
    CHECK(s.near.bytes() == "c");
    s.near.put_back("ab");
    CHECK(s.near.bytes() == "abc");
    s.near.use(1);
    s.near.put_back("X");
    CHECK(s.near.bytes() == "Xbc");
    s.ends.say("d");
    CHECK(s.read());
    CHECK(s.near.bytes() == "Xbcd");
}

TEST_CASE("two texts are written as one", "[connection]")
{
    scene s;
    CHECK(s.loop.result_of(s.near.write("head", "body")));
    CHECK(s.ends.heard() == "headbody");
    CHECK(s.loop.result_of(s.near.write("", "")));
    CHECK(s.loop.result_of(s.near.write("", "more")));
    CHECK(s.ends.heard() == "more");
}

TEST_CASE("a write waits for a peer that does not read, and keeps every byte", "[connection]")
{
    scene s;
    std::string first, second;
    for (int i = 0; first.size() < 3'000'000; ++i)
        first += std::to_string(i) + ' ';
    second = first.substr(0, 2'000'000);
    auto const wanted = first + second;
    auto const written = s.loop.start(s.near.write(first, second));
    CHECK_FALSE(*written);
    first.assign(first.size(), '!'); // the rest was copied
    second.clear();
    std::string heard;
    CHECK(s.loop.until([&] {
        heard += s.ends.heard();
        return written->has_value() && heard.size() >= wanted.size();
    }));
    CHECK(*written == true);
    CHECK((heard == wanted));
}

TEST_CASE("a write to a peer that is gone fails, without a signal", "[connection]")
{
    scene s;
    s.ends.far.reset();
    CHECK_FALSE(s.loop.result_of(s.near.write("x")));
    SECTION("also while it waits")
    {
        test::pair other(s.loop);
        auto const written = s.loop.start(other.near->write(std::string(5'000'000, 'x')));
        CHECK_FALSE(*written);
        other.far.reset();
        CHECK(s.loop.until([&] { return written->has_value(); }));
        CHECK(*written == false);
    }
}

TEST_CASE("an interrupt ends what is awaited now, and nothing else", "[connection]")
{
    scene s;
    SECTION("a read")
    {
        auto const read = s.loop.start(s.near.read());
        s.near.interrupt();
        CHECK(s.loop.until([&] { return read->has_value(); }));
        CHECK(*read == false);
    }
    SECTION("a read into a room")
    {
        auto const read = s.loop.start(s.near.read_into(s.room));
        s.near.interrupt();
        CHECK(s.loop.until([&] { return read->has_value(); }));
        CHECK((*read)->empty());
    }
    SECTION("nothing")
    {
        s.near.interrupt();
    }
    CHECK_FALSE(s.near.cancelled());
    s.ends.say("later");
    CHECK(s.read());
    CHECK(s.near.bytes() == "later");
    CHECK(s.loop.result_of(s.near.write("answer")));
    CHECK(s.ends.heard() == "answer");
}

TEST_CASE("a cancel ends what is awaited, now and from now on", "[connection]")
{
    scene s;
    auto const read = s.loop.start(s.near.read());
    s.near.cancel();
    CHECK(s.near.cancelled());
    s.ends.say("later");
    CHECK(s.loop.until([&] { return read->has_value(); }));
    CHECK(*read == false);
    CHECK_FALSE(s.read());
    CHECK(s.loop.result_of(s.near.read_into(s.room)).empty());
    CHECK_FALSE(s.loop.result_of(s.near.write("answer")));
    CHECK(s.ends.heard().empty());
    SECTION("a write that waits, too")
    {
        test::pair other(s.loop);
        auto const written = s.loop.start(other.near->write(std::string(5'000'000, 'x')));
        CHECK_FALSE(*written);
        other.near->cancel();
        CHECK(s.loop.until([&] { return written->has_value(); }));
        CHECK(*written == false);
    }
}

TEST_CASE("news at an idle connection are seen, and not taken", "[connection]")
{
    scene s;
    CHECK_FALSE(s.near.has_news());
    SECTION("bytes")
    {
        s.ends.say("x");
        CHECK(s.near.has_news());
        CHECK(s.read());
        CHECK(s.near.bytes() == "x");
        CHECK_FALSE(s.near.has_news());
    }
    SECTION("its end")
    {
        s.ends.far.reset();
        CHECK(s.near.has_news());
    }
}

TEST_CASE("the writing side ends alone", "[connection]")
{
    scene s;
    s.near.end_writing();
    CHECK(s.ends.ended());
    s.ends.say("still heard");
    CHECK(s.read());
    CHECK_FALSE(s.loop.result_of(s.near.write("x")));
    CHECK(s.near.is_open());
    s.near.close();
    CHECK_FALSE(s.near.is_open());
}
