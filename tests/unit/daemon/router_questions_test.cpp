#include "supervisor/daemon/router_questions.hpp"
#include "tests/fixtures/catch.hpp"

using procd::daemon::router_questions;

TEST_CASE("an answer tells which picture the router has taken up", "[router]")
{
    router_questions q;
    CHECK(q.taken_up() == 0);
    CHECK_FALSE(q.asked_behind(1));
    auto const first = q.ask(1);
    CHECK(q.asked_behind(1));
    CHECK_FALSE(q.asked_behind(2));
    auto const second = q.ask(3);
    CHECK(q.asked_behind(2));
    CHECK(q.open() == second);
    q.answered(first);
    CHECK(q.taken_up() == 1);
    CHECK(q.open() == second);
    q.answered(second);
    CHECK(q.taken_up() == 3);
    CHECK_FALSE(q.open().has_value());
    CHECK(q.asked_behind(3)); // it need not be asked again
    CHECK_FALSE(q.asked_behind(4));
}

TEST_CASE("an answer stands for all questions before it, and an old one for nothing", "[router]")
{
    router_questions q;
    auto const first = q.ask(1);
    q.ask(2);
    auto const third = q.ask(2);
    q.answered(third);
    CHECK(q.taken_up() == 2);
    CHECK_FALSE(q.open().has_value());
    q.answered(first);
    CHECK(q.taken_up() == 2);
    auto const next = q.ask(5);
    q.answered(third);
    CHECK(q.taken_up() == 2);
    CHECK(q.open() == next);
}

TEST_CASE("the next router has taken up nothing, and its questions have other numbers", "[router]")
{
    router_questions q;
    q.answered(q.ask(7));
    auto const lost = q.ask(8);
    q.forget();
    CHECK(q.taken_up() == 0);
    CHECK_FALSE(q.open().has_value());
    auto const next = q.ask(9);
    CHECK(next > lost);
    q.answered(lost); // on its way when the router died
    CHECK(q.taken_up() == 0);
    CHECK(q.open() == next);
}
