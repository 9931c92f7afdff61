#include "supervisor/cli/hardening.hpp"
#include "tests/fixtures/catch.hpp"

using procd::cli::hardening;
using procd::cli::hardening_facts;

namespace {

bool has_line(std::string const& text, std::string const& line)
{
    return text.find('\n' + line + '\n') != std::string::npos;
}

hardening_facts of_user(std::string const& root, std::string const& home)
{
    hardening_facts facts;
    facts.paths = {root, "/usr/bin/procd"};
    facts.home = home;
    return facts;
}

} // namespace

TEST_CASE("an app of a user in /srv loses what it seldom needs", "[hardening]")
{
    auto const lines = hardening(of_user("/srv/shop", "/var/lib/deploy"));
    INFO(lines);
    for (auto const* line :
         {"NoNewPrivileges=yes", "PrivateTmp=yes", "PrivateDevices=yes", "ProtectSystem=full",
          "ProtectHome=yes", "RestrictNamespaces=yes", "SystemCallFilter=@system-service",
          "SystemCallErrorNumber=EPERM", "CapabilityBoundingSet=", "AmbientCapabilities=",
          "ProtectProc=invisible", "RemoveIPC=yes"})
        CHECK(has_line(lines, line));
    CHECK(lines.find("\nProtectControlGroups") == std::string::npos); // procd needs its cgroup
    CHECK(lines.find("MemoryDenyWriteExecute") == std::string::npos); // Node, Java and Ruby compile
}

TEST_CASE("no directory that the app needs is hidden or made read-only", "[hardening]")
{
    CHECK(has_line(hardening(of_user("/srv/shop", "/home/deploy")), "ProtectHome=read-only"));
    CHECK(has_line(hardening(of_user("/srv/shop", "")), "ProtectHome=read-only"));
    for (auto const* root : {"/home/deploy/shop", "/root/shop", "/home", "/run/user/1000/x"}) {
        INFO(root);
        CHECK(hardening(of_user(root, "/var/lib/x")).find("ProtectHome") == std::string::npos);
    }
    CHECK(has_line(hardening(of_user("/homes/shop", "/var/x")), "ProtectHome=yes"));
    for (auto const* root : {"/tmp/shop", "/var/tmp/shop", "/tmp"})
        CHECK(hardening(of_user(root, "")).find("PrivateTmp") == std::string::npos);
    CHECK(has_line(hardening(of_user("/tmpfiles", "")), "PrivateTmp=yes"));
    for (auto const* root : {"/usr/local/shop", "/etc/shop"})
        CHECK(hardening(of_user(root, "")).find("ProtectSystem") == std::string::npos);
    auto of_socket = of_user("/srv/shop", "");
    of_socket.paths.push_back("/tmp/shop.sock");
    CHECK(hardening(of_socket).find("PrivateTmp") == std::string::npos);
}

TEST_CASE("capabilities are what procd needs, and a low port", "[hardening]")
{
    auto facts = of_user("/srv/shop", "");
    facts.low_ports = true;
    CHECK(has_line(hardening(facts), "CapabilityBoundingSet=CAP_NET_BIND_SERVICE"));
    CHECK(has_line(hardening(facts), "AmbientCapabilities=CAP_NET_BIND_SERVICE"));
    facts.as_root = true;
    auto const lines = hardening(facts);
    CHECK(lines.find("CAP_SETUID") != std::string::npos);
    CHECK(lines.find("AmbientCapabilities") == std::string::npos);
    CHECK(lines.find("RemoveIPC") == std::string::npos);
}

TEST_CASE("a user's own manager gets only what it can do", "[hardening]")
{
    auto facts = of_user("/srv/shop", "");
    facts.user_manager = true;
    auto const lines = hardening(facts);
    CHECK(has_line(lines, "NoNewPrivileges=yes"));
    for (auto const* word : {"\nProtect", "\nPrivate", "Capabilit"})
        CHECK(lines.find(word) == std::string::npos);
}
