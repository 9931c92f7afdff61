#include "supervisor/core/habits.hpp"
#include "tests/fixtures/catch.hpp"

using namespace core;

TEST_CASE("a word known from other tools is answered with what does it here", "[habits]")
{
    auto const connect = habit_of_procd("connect");
    REQUIRE(connect);
    CHECK(connect->exact);
    CHECK(connect->text.starts_with("no 'connect' here: procctl exec NAME"));
    for (char const* word : {"kill", "echo", "stop", "restart", "ps", "logs", "scale", "status"}) {
        INFO(word);
        REQUIRE(habit_of_procd(word));
        CHECK(habit_of_procd(word)->exact);
        CHECK(habit_of_procd(word)->text.find("procctl ") != std::string::npos);
    }
    REQUIRE(habit_of_procctl("run"));
    CHECK(habit_of_procctl("run")->text.find("procd run TYPE") != std::string::npos);
}

TEST_CASE("a word near to a known one names that one", "[habits]")
{
    auto const near = habit_of_procd("conect");
    REQUIRE(near);
    CHECK_FALSE(near->exact);
    CHECK(near->text.starts_with("no 'conect' here; for 'connect': "));
    CHECK_FALSE(habit_of_procd("banana"));
    CHECK_FALSE(habit_of_procctl(""));
}
