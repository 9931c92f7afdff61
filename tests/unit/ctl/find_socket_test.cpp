#include "supervisor/ctl/find_socket.hpp"
#include "tests/fixtures/catch.hpp"

#include <map>
#include <vector>

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
    s.list = [](std::string const&) { return std::vector<std::string>(); };
    s.suffix = [](std::string const& path) { return std::optional("-of-" + path); };
    s.root_of = [](std::string const&) -> std::optional<std::string> { return std::nullopt; };
    return s;
}

// Directories, and the names in them.
using listing = std::map<std::string, std::vector<std::string>>;

ctl::search with_places(ctl::search s, listing names, std::map<std::string, std::string> roots)
{
    s.list = [names = std::move(names)](std::string const& path) {
        auto const found = names.find(path);
        return found == names.end() ? std::vector<std::string>() : found->second;
    };
    s.root_of = [roots = std::move(roots)](std::string const& socket) {
        auto const found = roots.find(socket);
        return found == roots.end() ? std::nullopt : std::optional(found->second);
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

TEST_CASE("root takes the state directory of the user whose directory it is in")
{
    std::map<std::string, unsigned> const files{
        {"/", root},           {"/srv", root},           {"/srv/shop", me},
        {"/srv/shop/lib", me}, {"/srv/shop/.procd", me}, {"/srv/shop/.procd/procd.sock", me}};
    for (auto const* directory : {"/srv/shop", "/srv/shop/lib"}) {
        auto s = in(directory, files);
        s.uid = root;
        CHECK(find_socket(s).path == "/srv/shop/.procd/procd.sock");
    }
}

TEST_CASE("root takes no state directory that a user has planted above it")
{
    auto s = in("/tmp/a", {{"/", root},
                           {"/tmp", root},
                           {"/tmp/a", root},
                           {"/tmp/.procd", stranger},
                           {"/tmp/.procd/procd.sock", stranger}});
    s.uid = root;
    auto const found = find_socket(s);
    CHECK_FALSE(found.path);
    CHECK(found.refused);
    CHECK(found.looked_for == "/tmp/.procd belongs to user 1001, who does not own the directory; "
                              "if its procd is the right one, name its socket with -s");
    s.directory = "/tmp"; // where root stands, it means that one
    CHECK(find_socket(s).path == "/tmp/.procd/procd.sock");
}

TEST_CASE("The directory's name by $PWD is searched too")
{
    auto s = in("/data/releases/5", {{"/", root},
                                     {"/data", me},
                                     {"/data/releases", me},
                                     {"/data/releases/5", me},
                                     {"/srv", root},
                                     {"/srv/shop", me},
                                     {"/srv/shop/current", me},
                                     {"/srv/shop/.procd", me},
                                     {"/srv/shop/.procd/procd.sock", me}});
    CHECK_FALSE(find_socket(s).path);
    s.by_name = "/srv/shop/current";
    CHECK(find_socket(s).path == "/srv/shop/.procd/procd.sock");
}

TEST_CASE("The fall-back directory of a root that cannot be written is found from inside")
{
    std::map<std::string, unsigned> files{{"/", root},
                                          {"/app", root},
                                          {"/app/lib", root},
                                          {"/app/.procd", root}, // of somebody else's procd
                                          {"/tmp/procd-1000", me},
                                          {"/tmp/procd-1000/x-of-/app/procd.sock", me},
                                          {"/run/user/1000/procd", me},
                                          {"/run/user/1000/procd/x-of-/app/procd.sock", me}};
    listing const names{{"/tmp/procd-1000", {"a-of-/b", "x-of-/app"}},
                        {"/run/user/1000/procd", {"x-of-/app"}}};
    auto s = with_places(in("/app/lib", files), names, {});
    CHECK(find_socket(s).path == "/tmp/procd-1000/x-of-/app/procd.sock");
    s.runtime = "/run/user/1000";
    CHECK(find_socket(s).path == "/run/user/1000/procd/x-of-/app/procd.sock");

    files["/tmp/procd-1000"] = stranger; // planted
    s = with_places(in("/app/lib", files), names, {});
    CHECK(find_socket(s).refused);
    files["/tmp/procd-1000"] = me;
    files.erase("/tmp/procd-1000/x-of-/app/procd.sock"); // its procd has ended
    s = with_places(in("/app/lib", files), names, {});
    CHECK(find_socket(s).refused);
}

TEST_CASE("The procd of a unit is found from inside its root")
{
    std::map<std::string, unsigned> files{{"/", root},
                                          {"/srv", root},
                                          {"/srv/shop", me},
                                          {"/srv/shop/lib", me},
                                          {"/run/procd/blog/procd.sock", me},
                                          {"/run/procd/shop/procd.sock", me}};
    listing const names{{"/run/procd", {"blog", "dead", "shop"}}};
    std::map<std::string, std::string> const roots{{"/run/procd/blog/procd.sock", "/srv/blog"},
                                                   {"/run/procd/shop/procd.sock", "/srv/shop"}};
    auto s = with_places(in("/srv/shop/lib", files), names, roots);
    CHECK(find_socket(s).path == "/run/procd/shop/procd.sock");
    s.directory = "/srv";
    CHECK_FALSE(find_socket(s).path);

    s.directory = "/srv/shop";
    files["/run/procd/shop/procd.sock"] = stranger;
    s = with_places(in("/srv/shop", files), names, roots);
    auto const found = find_socket(s);
    CHECK_FALSE(found.path);
    CHECK(found.looked_for ==
          "looked for .procd/procd.sock in /srv/shop and its parents; the procds of other users "
          "were not asked: /run/procd/shop/procd.sock (run procctl as their user, or as root)");
    s.uid = root;
    CHECK(find_socket(s).path == "/run/procd/shop/procd.sock");
}
