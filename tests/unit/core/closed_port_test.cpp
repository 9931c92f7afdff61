#include "supervisor/core/closed_port.hpp"
#include "tests/fixtures/catch.hpp"

using namespace core;
using namespace std::chrono_literals;

namespace {

constexpr closed_port::time_point start{1h};

// The seconds after the start at which people are told, when the answers come one a second.
// r: refused, o: open, u: unknown.
std::string told(std::string const& answers, std::chrono::milliseconds patience = 3s)
{
    closed_port port(start, patience);
    std::string when;
    auto now = start;
    for (char const c : answers) {
        auto const answer = c == 'r'   ? port_answer::refused
                            : c == 'o' ? port_answer::open
                                       : port_answer::unknown;
        if (port.note(answer, now))
            when += std::to_string(
                        std::chrono::duration_cast<std::chrono::seconds>(now - start).count()) +
                    ' ';
        now += 1s;
    }
    return when;
}

} // namespace

TEST_CASE("a port that is never opened is told once, when the time is over", "[closed_port]")
{
    CHECK(told("rrr") == "");
    CHECK(told("rrrr") == "3 ");
    CHECK(told("rrrrrrrr") == "3 ");
    CHECK(told("r", 0s) == "0 ");
    CHECK(told("uuuuur") == "5 ");
    CHECK(told("uuuuuu") == "");
    CHECK(told("rrruuur") == "6 ");
}

TEST_CASE("a port that has been open is not told", "[closed_port]")
{
    CHECK(told("orrrrr") == "");
    CHECK(told("rrorrr") == "");
    CHECK(told("rrrrorrrr") == "3 ");
    CHECK(told("oooo") == "");
}

TEST_CASE("the last answer that could tell says whether the port is closed", "[closed_port]")
{
    closed_port port(start, 30s);
    CHECK_FALSE(port.is_closed());
    CHECK_FALSE(port.note(port_answer::refused, start));
    CHECK(port.is_closed());
    CHECK_FALSE(port.note(port_answer::unknown, start));
    CHECK(port.is_closed());
    CHECK_FALSE(port.note(port_answer::open, start));
    CHECK_FALSE(port.is_closed());
    CHECK_FALSE(port.note(port_answer::refused, start + 1h));
    CHECK(port.is_closed());
}

TEST_CASE("the ports on which a process listens instead, in words", "[closed_port]")
{
    CHECK(other_ports_text({}) == "");
    CHECK(other_ports_text({3000}) == "it listens on 3000, not on $PORT");
    CHECK(other_ports_text({3000, 9229}) == "it listens on 3000 and 9229, not on $PORT");
    CHECK(other_ports_text({1, 2, 3, 4, 5}) == "it listens on 1, 2, 3, 4 and 5, not on $PORT");
    CHECK(other_ports_text({1, 2, 3, 4, 5, 6}) ==
          "it listens on 1, 2, 3, 4, 5 and others, not on $PORT");
}
