#include "supervisor/os/given_sockets.hpp"
#include "supervisor/os/launch.hpp"
#include "supervisor/os/tcp_listener.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

using Catch::Matchers::Contains;
using test::puppet;

namespace {

using strings = std::vector<std::string>;

os::unique_fd listening()
{
    auto socket = os::listen_tcp("127.0.0.1", 0);
    REQUIRE(socket);
    return std::move(*socket);
}

std::string target_of(int fd)
{
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
}

// A shell that says which sockets it has by its environment, and becomes a program that prints its
// descriptors.
os::launch_request look_at_sockets(std::vector<os::given_socket> sockets)
{
    auto request = puppet({});
    request.argv = {"/bin/sh", "-c",
                    "echo \"$LISTEN_FDS $LISTEN_FDNAMES\"; test $LISTEN_PID = $$ && echo mine; "
                    "exec \"$0\" print-fds",
                    test::puppet_for_all()};
    request.sockets = std::move(sockets);
    return request;
}

strings texts(std::vector<char const*> const& environment)
{
    strings all;
    for (auto const* entry : environment)
        all.emplace_back(entry != nullptr ? entry : "(end)");
    return all;
}

} // namespace

TEST_CASE("a child gets sockets from 3 on, and no other descriptors", "[sockets]")
{
    test::clean_up const clean;
    auto const first = listening(), second = listening(), unused = listening();
    auto request = look_at_sockets({{second.get(), "web"}, {first.get(), "admin"}});
    std::string end = "pipe:[";
    bool with_user = false;
    SECTION("with the memory of its parent") {}
    SECTION("on a pty, in a session without a leader")
    {
        request.pty = true;
        end = "/dev/pts/";
    }
    os::user_identity self{"self", ::geteuid(), ::getegid(), {}, "/", "/bin/sh"};
    SECTION("as another user, with memory of its own")
    {
        if (::geteuid() != 0) {
            SKIPPED("needs root");
            return;
        }
        self.uid = self.gid = 65534;
        with_user = true;
    }
    if (with_user)
        request.user = &self;
    auto const text = test::output_of(request);
    CHECK_THAT(text, Contains("2 web:admin\nmine\n"));
    CHECK_THAT(text, Contains("\n3 " + target_of(second.get()) + "\n4 " + target_of(first.get())));
    CHECK_THAT(text, Contains("\n2 " + end));
    CHECK(std::count(text.begin(), text.end(), '\n') == 7);
    for (auto const* each : {&first, &second, &unused}) // unchanged here
        CHECK(::fcntl(each->get(), F_GETFD) == FD_CLOEXEC);
}

TEST_CASE("sockets whose numbers are places of other sockets reach their own places", "[sockets]")
{
    test::clean_up const clean;
    std::vector<os::unique_fd> open;
    for (int count = 0; count < 30; ++count)
        open.push_back(listening());
    std::vector<os::given_socket> given;
    std::string wanted;
    for (auto each = open.rbegin(); each != open.rend(); ++each) {
        wanted += '\n' + std::to_string(3 + given.size()) + ' ' + target_of(each->get());
        given.push_back({each->get(), "n" + std::to_string(given.size())});
    }
    CHECK(open.front().get() < 33);
    auto const text = test::output_of(look_at_sockets(given));
    CHECK_THAT(text, Contains("30 n0:n1:n2"));
    CHECK_THAT(text, Contains("mine\n"));
    CHECK_THAT(text, Contains(wanted));
}

TEST_CASE("the variables of the sockets take the place of any of their names", "[sockets]")
{
    test::clean_up const clean;
    auto const socket = listening();
    os::given_sockets sockets;
    REQUIRE(sockets.take({{socket.get(), "web"}, {socket.get(), "web"}}));
    std::vector<char const*> const before{"A=1",
                                          "LISTEN_PID=1",
                                          "LISTEN_FDS=9",
                                          "LISTEN_FDNAMES=",
                                          "LISTEN_PIDFDID=7",
                                          "LISTEN_PORT=80",
                                          nullptr};
    CHECK(texts(sockets.in(before)) == strings{"A=1", "LISTEN_PORT=80", "LISTEN_FDS=2",
                                               "LISTEN_FDNAMES=web:web", "LISTEN_PID=", "(end)"});
    CHECK(sockets.lowest_free() == 5);
    os::given_sockets none;
    REQUIRE(none.take({}));
    CHECK(texts(none.in(before)) == texts(before));
    CHECK(none.pid_text() == nullptr);

    auto request = look_at_sockets({{socket.get(), "web"}});
    using entries = std::vector<std::string>;
    request.shared_environment = {std::make_shared<entries const>(
        entries{"LISTEN_FDS=9", "LISTEN_PID=1", "LISTEN_FDNAMES=x"})};
    CHECK_THAT(test::output_of(request), Contains("1 web\nmine\n"));
}

TEST_CASE("a launch fails where its sockets cannot be passed on", "[sockets]")
{
    test::clean_up const clean;
    auto const socket = listening();
    auto request = puppet({"print-fds"});
    request.sockets = {{-1, "web"}};
    auto const bad = os::launch(request);
    REQUIRE_FALSE(bad);
    CHECK(bad.error() == core::never_started{"sockets", EBADF, ""});
    CHECK(test::clean_up::nothing_left());

    request.sockets = {{socket.get(), "a"}, {socket.get(), "b"}, {socket.get(), "c"}};
    request.open_files = 5; // 0 to 4
    auto const child = os::launch(request);
    REQUIRE(child);
    auto const status = test::launched(*child);
    CHECK(status.phase == os::launch_phase::failed);
    CHECK(status.failure == core::never_started{"sockets", EMFILE, ""});
    CHECK(test::end_of(child->pid) == core::exit_status{core::exited{127}});
}
