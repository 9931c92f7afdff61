#include "supervisor/os/become.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/os/children.hpp"

#include <unistd.h>

namespace {

// The output of the command that a child becomes, or the failure.
std::string output_of_becoming(os::launch_request const& request)
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    os::unique_fd const ours{ends[0]};
    os::unique_fd theirs{ends[1]};
    std::string const failure = test::in_child(test::as::this_user, [&]() -> std::string {
        ::dup2(theirs.get(), 1);
        auto* const own = environ;
        auto const why = os::become(request);
        if (environ != own)
            return "its own environment is lost";
        return why.stage + ' ' + std::to_string(why.error) + ' ' + why.detail;
    });
    theirs.reset();
    return test::read_all(ours.get()) + failure;
}

} // namespace

TEST_CASE("a process becomes the command with what the request says", "[become]")
{
    test::clean_up const clean;
    auto request = test::puppet({"print-place"});
    request.cwd = "/usr";
    request.umask = 027;
    request.open_files = 66;
    CHECK(output_of_becoming(request) == "cwd /usr\numask 027\nnofile 66 66\n");

    request = test::puppet({"print-env"});
    request.environment = {"ONLY=this"};
    CHECK(output_of_becoming(request) == "ONLY=this\n");
}

TEST_CASE("a command is looked up in the PATH of its environment", "[become]")
{
    test::clean_up const clean;
    os::launch_request request;
    request.argv = {"echo", "found"};
    request.environment = {"PATH=/usr/bin:/bin"};
    CHECK(output_of_becoming(request) == "found\n");
    request.environment = {"PATH=/nowhere"};
    CHECK(output_of_becoming(request) == "exec " + std::to_string(ENOENT) + " echo");
}

TEST_CASE("becoming a command fails with its step", "[become]")
{
    test::clean_up const clean;
    auto request = test::puppet({"exit", "0"});
    request.cwd = "/nonexistent";
    CHECK(output_of_becoming(request) == "chdir " + std::to_string(ENOENT) + " /nonexistent");
    request = test::puppet({});
    request.argv = {"/etc/passwd"};
    CHECK(output_of_becoming(request) == "exec " + std::to_string(EACCES) + " /etc/passwd");
}

TEST_CASE("becoming a command of another user takes its groups", "[become]")
{
    test::clean_up const clean;
    if (::geteuid() != 0) {
        SKIPPED("needs root");
        return;
    }
    os::user_identity const nobody{"nobody", 65534, 65533, {65533, 12345}, "/", "/bin/sh"};
    auto request = test::puppet({"print-ids"});
    request.user = &nobody;
    std::string const said = output_of_becoming(request);
    CHECK(said.find("uid 65534 65534 65534\ngid 65533 65533 65533\n") != std::string::npos);
    CHECK(said.find("12345") != std::string::npos);
}
