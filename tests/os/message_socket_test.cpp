#include "supervisor/os/message_socket.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

struct ends {
    os::message_socket a, b;
};

ends open_ends()
{
    auto pair = os::open_message_pair();
    REQUIRE(pair.has_value());
    return {std::move(pair->first), std::move(pair->second)};
}

os::unique_fd null_file()
{
    return os::unique_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

std::size_t open_descriptors()
{
    std::filesystem::directory_iterator const all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool same_file(int a, int b)
{
    struct stat one {
    }, other{};
    return ::fstat(a, &one) == 0 && ::fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

} // namespace

TEST_CASE("messages arrive whole and one by one", "[message_socket]")
{
    auto const pair = open_ends();
    CHECK((::fcntl(pair.a.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(pair.b.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK(pair.b.receive(100).error().value() == EAGAIN);
    CHECK(pair.a.send("one").has_value());
    CHECK(pair.a.send(std::string("t\0wo", 4)).has_value());
    CHECK(pair.b.receive(100)->bytes == "one");
    auto const second = pair.b.receive(4); // exactly as long as there is room
    CHECK(second->bytes == std::string("t\0wo", 4));
    CHECK(second->fds.empty());
    CHECK(pair.b.receive(100).error().value() == EAGAIN);
    CHECK(pair.b.send("back").has_value());
    CHECK(pair.a.receive(100)->bytes == "back");
}

TEST_CASE("descriptors travel beside a message", "[message_socket]")
{
    auto const pair = open_ends();
    auto const file = null_file();
    auto const before = open_descriptors();
    {
        std::vector<int> const fds{file.get(), pair.a.get()};
        REQUIRE(pair.a.send("two", fds).has_value());
        REQUIRE(pair.a.send("none").has_value());
        auto const got = pair.b.receive(100);
        REQUIRE(got.has_value());
        CHECK(got->bytes == "two");
        REQUIRE(got->fds.size() == 2);
        CHECK(got->fds[0].get() != file.get());
        CHECK(same_file(got->fds[0].get(), file.get()));
        CHECK(same_file(got->fds[1].get(), pair.a.get()));
        for (auto const& fd : got->fds)
            CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
        CHECK(pair.b.receive(100)->fds.empty());
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("as many descriptors as the kernel allows arrive at once", "[message_socket]")
{
    auto const pair = open_ends();
    auto const file = null_file();
    auto const before = open_descriptors();
    std::vector<int> fds(os::most_message_fds, file.get());
    REQUIRE(pair.a.send("all", fds).has_value());
    CHECK(pair.b.receive(100)->fds.size() == os::most_message_fds);
    fds.push_back(file.get());
    CHECK(pair.a.send("more", fds).error().value() == EINVAL);
    CHECK(open_descriptors() == before);
}

TEST_CASE("a message that is too long is lost with its descriptors, and the next one arrives",
          "[message_socket]")
{
    auto const pair = open_ends();
    auto const file = null_file();
    auto const before = open_descriptors();
    std::vector<int> const fds{file.get(), file.get()};
    REQUIRE(pair.a.send("too long", fds).has_value());
    REQUIRE(pair.a.send("next").has_value());
    CHECK(pair.b.receive(7).error().value() == EMSGSIZE);
    CHECK(open_descriptors() == before);
    CHECK(pair.b.receive(7)->bytes == "next");
}

TEST_CASE("descriptors for which there is no room are an error, and none stays open",
          "[message_socket]")
{
    auto const pair = open_ends();
    auto const file = null_file();
    std::vector<int> const fds(8, file.get());
    REQUIRE(pair.a.send("many", fds).has_value());
    // Room for some of them, but not for all: a free number, and those above it as far as allowed.
    os::unique_fd const next_free(::dup(file.get()));
    auto const before = open_descriptors();
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
    rlimit const less{static_cast<rlim_t>(next_free.get()) + 4, old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &less) == 0);
    auto const got = pair.b.receive(100);
    ::setrlimit(RLIMIT_NOFILE, &old);
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().value() == ENOBUFS);
    CHECK(open_descriptors() == before);
    CHECK(pair.a.send("next").has_value());
    CHECK(pair.b.receive(100)->bytes == "next");
}

TEST_CASE("a closed end is the end of the messages", "[message_socket]")
{
    auto pair = open_ends();
    REQUIRE(pair.a.send("last").has_value());
    pair.a = {};
    CHECK(pair.b.receive(100)->bytes == "last");
    auto const end = pair.b.receive(100);
    REQUIRE(end.has_value());
    CHECK(end->bytes.empty());
    CHECK(pair.b.send("nobody").error().value() == EPIPE);
}

TEST_CASE("a full socket takes nothing more, and loses nothing", "[message_socket]")
{
    auto const pair = open_ends();
    std::string const text(1000, 'x');
    int sent = 0;
    while (pair.a.send(text))
        ++sent;
    CHECK(pair.a.send(text).error().value() == EAGAIN);
    CHECK(pair.a.send(std::string(10'000'000, 'x')).error().value() == EMSGSIZE);
    CHECK(pair.a.send("").error().value() == EINVAL);
    int received = 0;
    while (pair.b.receive(2000))
        ++received;
    CHECK(received == sent);
    CHECK(sent > 0);
}
