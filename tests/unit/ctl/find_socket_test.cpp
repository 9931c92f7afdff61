#include "supervisor/ctl/find_socket.hpp"
#include "tests/fixtures/catch.hpp"

#include <map>

namespace {

constexpr unsigned me = 1000, root = 0, stranger = 1001;

ctl::search in(std::string directory, std::map<std::string, unsigned> files)
{
    ctl::search s;
    s.directory = std::move(directory);
    s.uid = me;
    s.owner = [files = std::move(files)](std::string const& path) -> std::optional<unsigned> {
        auto const found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    return s;
}

} // namespace

TEST_CASE("The socket of the nearest directory upward is taken")
{
    std::map<std::string, unsigned> files{
        {"/", root}, {"/srv", root}, {"/srv/shop", me}, {"/srv/shop/lib", me}};
    files["/srv/shop/.procd/procd.sock"] = me;
    files["/srv/.procd/procd.sock"] = me;
    CHECK(find_socket(in("/srv/shop/lib", files)).path == "/srv/shop/.procd/procd.sock");
    files.erase("/srv/shop/.procd/procd.sock");
    CHECK(find_socket(in("/srv/shop/lib", files)).path == "/srv/.procd/procd.sock");
    files.erase("/srv/.procd/procd.sock");
    files["/.procd/procd.sock"] = root;
    CHECK(find_socket(in("/srv/shop/lib", files)).path == "/.procd/procd.sock");
}

TEST_CASE("The search ends at a directory of someone else, and says so")
{
    auto const found = find_socket(in(
        "/tmp/a",
        {{"/", root}, {"/tmp", stranger}, {"/tmp/a", me}, {"/tmp/.procd/procd.sock", stranger}}));
    CHECK_FALSE(found.path);
    CHECK(found.looked_for == "looked for .procd/procd.sock from /tmp/a upward, as far as /tmp, "
                              "which belongs to someone else");
}

TEST_CASE("A state directory of someone else is a refusal, but not to root")
{
    auto s = in("/srv/a", {{"/", root}, {"/srv", me}, {"/srv/a", me}, {"/srv/.procd", root}});
    auto const found = find_socket(s);
    CHECK_FALSE(found.path);
    CHECK(found.refused);
    CHECK(found.looked_for ==
          "/srv/.procd belongs to user 0, and so does its procd; run procctl as that user");
    s = in("/srv", {{"/", root}, {"/srv", root}, {"/srv/.procd", stranger}});
    s.uid = root;
    CHECK_FALSE(find_socket(s).refused);
}

TEST_CASE("A state directory of ours without a socket is no refusal")
{
    auto const found = find_socket(in("/srv", {{"/", root}, {"/srv", me}, {"/srv/.procd", me}}));
    CHECK_FALSE(found.path);
    CHECK_FALSE(found.refused);
}

TEST_CASE("Without a socket the search says where it looked")
{
    auto const found = find_socket(in("/srv", {{"/", root}, {"/srv", me}}));
    CHECK_FALSE(found.path);
    CHECK(found.looked_for == "looked for .procd/procd.sock in /srv and its parents");
}

TEST_CASE("A directory that is gone has no socket")
{
    CHECK_FALSE(find_socket(in("", {})).path);
}

TEST_CASE("What the user names comes before what the environment says")
{
    auto s = in("/", {{"/", root}, {"/.procd/procd.sock", root}});
    CHECK(find_socket(s).path == "/.procd/procd.sock");
    s.environment = "";
    CHECK(find_socket(s).path == "/.procd/procd.sock");
    s.environment = "/e.sock";
    CHECK(find_socket(s).path == "/e.sock");
    s.app = "shop";
    CHECK(find_socket(s).path == "/run/procd/shop/procd.sock");
    s.runtime = "/run/user/1";
    CHECK(find_socket(s).path == "/run/procd/shop/procd.sock");
    s.owner = [](std::string const& path) {
        return path == "/run/user/1/procd/shop/procd.sock" ? std::optional(1u) : std::nullopt;
    };
    CHECK(find_socket(s).path == "/run/user/1/procd/shop/procd.sock");
    s.socket = "/s.sock";
    CHECK(find_socket(s).path == "/s.sock");
}
