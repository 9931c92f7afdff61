#include "supervisor/os/unix_socket.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

std::size_t entries(std::string const& directory)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

std::string deep_path(tests::temp_dir const& dir)
{
    std::string const deep = dir / std::string(80, 'd') + "/" + std::string(80, 'e');
    fs::create_directories(deep);
    return deep + "/procd.sock";
}

} // namespace

TEST_CASE("a listening socket is 0600, answers, and knows who connects", "[unix_socket]")
{
    tests::temp_dir dir;
    bool const longer = GENERATE(false, true);
    std::string const path = longer ? deep_path(dir) : dir / "procd.sock";

    auto const listener = os::listen_unix(path);
    REQUIRE(listener.has_value());
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0600);
    CHECK(entries(fs::path(path).parent_path()) == 1);

    CHECK(os::accept_unix(listener->get()).error().value() == EAGAIN);
    auto const client = os::connect_unix(path);
    REQUIRE(client.has_value());
    auto const accepted = os::accept_unix(listener->get());
    REQUIRE(accepted.has_value());
    CHECK(os::peer_of(accepted->get())->pid == ::getpid());
    CHECK(os::peer_of(accepted->get())->uid == ::geteuid());
    CHECK(os::peer_of(client->get())->uid == ::geteuid());

    listener->remove();
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("a socket for others has the mode and the group that it is given", "[unix_socket]")
{
    tests::temp_dir dir;
    os::socket_access access;
    access.mode = 0660;
    access.group = ::geteuid() == 0 ? 12345 : ::getegid(); // root may give away, others not
    auto const listener = os::listen_unix(dir / "s", -1, access);
    REQUIRE(listener.has_value());
    struct stat about {};
    REQUIRE(::stat((dir / "s").c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0660);
    CHECK(about.st_gid == *access.group);
    CHECK(os::connect_unix(dir / "s").has_value());
    CHECK(listener->in_place());

    if (::geteuid() != 0) {
        access.group = 0;
        CHECK(os::listen_unix(dir / "t", -1, access).error().value() == EPERM);
        CHECK(entries(dir.path()) == 1);
    }
}

TEST_CASE("a stale socket is replaced, without a trace", "[unix_socket]")
{
    tests::temp_dir dir;
    std::string const path = dir / "s";
    {
        auto const gone = os::listen_unix(path);
        REQUIRE(gone.has_value());
    }
    REQUIRE(fs::exists(path));
    CHECK(os::connect_unix(path).error().value() == ECONNREFUSED);

    auto const listener = os::listen_unix(path);
    REQUIRE(listener.has_value());
    CHECK(os::connect_unix(path).has_value());
    CHECK(entries(dir.path()) == 1);
}

TEST_CASE("a live socket is never taken over", "[unix_socket]")
{
    tests::temp_dir dir;
    auto const first = os::listen_unix(dir / "s");
    REQUIRE(first.has_value());
    CHECK(os::listen_unix(dir / "s").error().value() == EADDRINUSE);
    CHECK(os::connect_unix(dir / "s").has_value());
    CHECK(entries(dir.path()) == 1);
}

TEST_CASE("a live socket whose queue is full is live", "[unix_socket]")
{
    tests::temp_dir dir;
    auto const first = os::listen_unix(dir / "s");
    REQUIRE(first.has_value());
    std::vector<os::unique_fd> waiting;
    for (int n = 0; n < 128; ++n)
        waiting.push_back(*os::connect_unix(dir / "s"));
    CHECK(os::listen_unix(dir / "s").error().value() == EADDRINUSE);
    CHECK(fs::exists(dir / "s"));
}

TEST_CASE("what is no socket stays where it is", "[unix_socket]")
{
    tests::temp_dir dir;
    std::ofstream(dir / "s") << "precious";
    CHECK(os::listen_unix(dir / "s").error().value() == EEXIST);
    CHECK(fs::file_size(dir / "s") == 8);
    CHECK(entries(dir.path()) == 1);

    fs::create_symlink("nowhere", dir / "link");
    CHECK_FALSE(os::listen_unix(dir / "link").has_value());
    CHECK(fs::is_symlink(dir / "link"));
}

TEST_CASE("a socket that is no longer ours is not removed", "[unix_socket]")
{
    tests::temp_dir dir;
    auto first = os::listen_unix(dir / "s");
    REQUIRE(first.has_value());
    first->close();
    auto const second = os::listen_unix(dir / "s");
    REQUIRE(second.has_value());
    first->remove();
    CHECK(os::connect_unix(dir / "s").has_value());
}

TEST_CASE("a socket is made in the open directory, wherever its path leads by now", "[unix_socket]")
{
    tests::temp_dir dir;
    fs::create_directory(dir / "state");
    fs::create_directory(dir / "victim");
    os::unique_fd const state(::open((dir / "state").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    auto const first = os::listen_unix(dir / "state/s", state.get());
    REQUIRE(first.has_value());
    CHECK(first->in_place());

    fs::rename(dir / "state", dir / "moved");
    fs::create_directory_symlink("victim", dir / "state");
    CHECK_FALSE(first->in_place());
    first->remove();
    CHECK(entries(dir / "moved") == 0);
    auto const second = os::listen_unix(dir / "state/s", state.get());
    REQUIRE(second.has_value());
    CHECK(fs::is_socket(dir / "moved/s"));
    CHECK(entries(dir / "victim") == 0);
    CHECK(os::connect_unix(dir / "moved/s").has_value());
}

TEST_CASE("a socket whose file somebody has removed or replaced knows it", "[unix_socket]")
{
    tests::temp_dir dir;
    auto first = os::listen_unix(dir / "s");
    REQUIRE(first.has_value());
    CHECK(first->in_place());
    fs::remove(dir / "s");
    CHECK_FALSE(first->in_place());
    auto const second = os::listen_unix(dir / "s");
    REQUIRE(second.has_value());
    CHECK_FALSE(first->in_place());
    CHECK(second->in_place());
    CHECK_FALSE(os::unix_listener().in_place());
}

TEST_CASE("a place that cannot hold a socket is an error of the system", "[unix_socket]")
{
    tests::temp_dir dir;
    CHECK(os::listen_unix(dir / "none/s").error().value() == ENOENT);
    CHECK(os::listen_unix(dir.path() + "/").error().value() == EISDIR);
    CHECK(os::connect_unix(dir / "none").error().value() == ENOENT);
    CHECK(os::connect_unix(dir / std::string(200, 'x')).error().value() == ENOENT);
}

TEST_CASE("a client's bytes arrive, and its waits are limited", "[unix_socket]")
{
    tests::temp_dir dir;
    auto const listener = os::listen_unix(dir / "s").value();
    auto const client = os::connect_unix(dir / "s").value();
    auto server = os::accept_unix(listener.get()).value();
    char bytes[8];

    os::limit_receive(client.get(), std::chrono::milliseconds(1)).value();
    auto const nothing = os::receive(client.get(), bytes, sizeof bytes);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().value() == EAGAIN);

    os::send_all(server.get(), "hello").value();
    CHECK(os::receive(client.get(), bytes, sizeof bytes).value() == 5);
    CHECK(std::string(bytes, 5) == "hello");

    server.reset();
    CHECK(os::receive(client.get(), bytes, sizeof bytes).value() == 0);
    auto const gone = os::send_all(client.get(), "x");
    REQUIRE_FALSE(gone);
    CHECK(gone.error().value() == EPIPE);
}

TEST_CASE("a file's owner is known, and a missing file has none", "[unix_socket]")
{
    tests::temp_dir dir;
    CHECK(os::owner_of(dir.path()).value() == os::own_uid());
    CHECK(os::owner_of(dir / "none").error().value() == ENOENT);
}
