#include "supervisor/loop/spawner.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;
using procd::loop::spawner;

namespace {

asio::awaitable<void> nothing()
{
    co_return;
}

asio::awaitable<void> fails(std::string words)
{
    throw std::runtime_error(words);
    co_return;
}

asio::awaitable<void> fails_with(boost::system::error_code code)
{
    throw boost::system::system_error(code);
    co_return;
}

asio::awaitable<void> throws_a_number()
{
    throw 7;
    co_return;
}

// A loop whose reports are kept.
struct stage {
    asio::io_context io;
    std::vector<std::string> reports;
    spawner tasks{io, [this](std::string const& words) { reports.push_back(words); }};
};

} // namespace

TEST_CASE("an exception ends its own coroutine and is reported with its work", "[spawner]")
{
    stage s;
    std::string ends;
    auto const note = [&ends](std::exception_ptr const& error) { ends += error ? 'x' : '.'; };
    s.tasks.spawn("a probe of web.1", fails("it is too large"), note);
    s.tasks.spawn("a session", nothing(), note);
    s.tasks.spawn("a request", throws_a_number(), note);
    s.tasks.spawn("another session", nothing(), note);
    CHECK(ends.empty()); // nothing runs from inside the call
    s.io.run();
    CHECK(ends == "x.x.");
    CHECK(s.reports ==
          std::vector<std::string>{"internal error in a probe of web.1: it is too large",
                                   "internal error in a request: unknown exception"});
}

TEST_CASE("want of memory is said in plain words", "[spawner]")
{
    CHECK(procd::loop::words_of("web.1", std::make_exception_ptr(std::bad_alloc())) ==
          "internal error in web.1: out of memory (std::bad_alloc)");
}

TEST_CASE("a coroutine that its owner has cut is not reported", "[spawner]")
{
    stage s;
    bool ended = false;
    s.tasks.spawn("a session", fails_with(asio::error::operation_aborted),
                  [&ended](std::exception_ptr const& error) { ended = error != nullptr; });
    s.io.run();
    CHECK(ended);
    CHECK(s.reports.empty());
    s.tasks.spawn("a session", fails_with(asio::error::no_descriptors));
    s.io.restart();
    s.io.run();
    CHECK(s.reports.size() == 1);
}

TEST_CASE("an exception of the vital coroutine leaves the event loop with the name of its work",
          "[spawner]")
{
    stage s;
    s.tasks.spawn_vital("the supervision", nothing());
    s.io.run();
    s.tasks.spawn_vital("the supervision", fails("no memory"));
    s.io.restart();
    CHECK_THROWS_WITH(s.io.run(), "internal error in the supervision: no memory");
    CHECK(s.reports.empty());
}
