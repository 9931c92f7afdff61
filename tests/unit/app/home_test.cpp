#include "supervisor/app/home.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temp_dir.hpp"

#include <cstdlib>
#include <filesystem>

namespace fs = std::filesystem;

namespace {

// A deploy as Capistrano makes it. The test's working directory and $PWD are put back.
struct deploy {
    deploy()
    {
        fs::create_directories(dir / "shop/releases/1/lib");
        fs::create_directory_symlink("releases/1", dir / "shop/current");
        fs::create_directory_symlink("releases/1", dir / "shop/other");
        fs::create_directory_symlink(dir / "shop", dir / "link");
        fs::create_directories(dir / "plain/current");
        top = fs::canonical(dir.path()).string();
    }
    ~deploy()
    {
        fs::current_path(before);
        ::setenv("PWD", pwd.c_str(), 1);
    }
    void enter(std::string const& name)
    {
        fs::current_path(dir / name);
        ::setenv("PWD", (dir / name).c_str(), 1);
    }

    tests::temp_dir dir;
    std::string top;
    fs::path before = fs::current_path();
    std::string pwd = std::getenv("PWD") ? std::getenv("PWD") : "";
};

} // namespace

TEST_CASE("The home of a root that is a link called current is beside the link")
{
    deploy d;
    for (auto const* named :
         {"shop/current", "shop/current/", "shop/current/.", "shop/current//./", "link/current"}) {
        CAPTURE(named);
        auto const found = procd::app::find_home(d.dir / named);
        REQUIRE(found.has_value());
        CHECK(found->root == d.top + "/shop/releases/1");
        CHECK(found->directory == d.top + "/shop");
        CHECK(found->by_current_link);
    }
}

TEST_CASE("Any other root is its own home")
{
    deploy d;
    for (auto const* named : {"shop/other", "shop/releases/1", "plain/current", "link",
                              "shop/current/lib", "shop/current/lib/.."}) {
        CAPTURE(named);
        auto const found = procd::app::find_home(d.dir / named);
        REQUIRE(found.has_value());
        CHECK(found->directory == found->root);
        CHECK_FALSE(found->by_current_link);
    }
    CHECK_FALSE(procd::app::find_home(d.dir / "none").has_value());
}

TEST_CASE("Without a name of the root $PWD counts, if it is right")
{
    deploy d;
    d.enter("shop/current");
    CHECK(procd::app::find_home(".")->directory == d.top + "/shop");
    CHECK(procd::app::find_home("../../current")->directory == d.top + "/shop");
    ::setenv("PWD", (d.dir / "plain/current").c_str(), 1); // another directory
    CHECK(procd::app::find_home(".")->directory == d.top + "/shop/releases/1");
    d.enter("shop");
    CHECK(procd::app::find_home("current")->directory == d.top + "/shop");
    CHECK(procd::app::find_home("./current/")->directory == d.top + "/shop");
}
