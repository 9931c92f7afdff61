#include "supervisor/cli/export_site.hpp"
#include "tests/fixtures/catch.hpp"

using procd::cli::web_server;

namespace {

procd::app::application shop(std::string const& config)
{
    procfile::app_files files;
    files.procfile = {"Procfile", "web: a\napi: b\nmail: c\n"};
    files.config = {"procd.toml", config};
    auto made = procfile::merge(files);
    CHECK_FALSE(procfile::has_error(made.diagnostics));
    procd::app::application app;
    app.name = "my-shop.2";
    app.spec = std::move(made.spec);
    return app;
}

std::string file(web_server server, std::string const& config)
{
    auto const made = site_file(server, shop(config));
    return made ? *made : "refused: " + made.error();
}

bool has(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

std::string const socket_and_hosts = "[types.web]\n"
                                     "listen = [\"8080\", \"unix:/run/shop/web.sock\"]\n"
                                     "hosts = [\"shop.example\", \"www.shop.example\"]\n";
std::string const two_types = "[types.web]\nlisten = \":8080\"\n"
                              "[types.api]\nlisten = \"8081\"\nhosts = [\"api.example\"]\n"
                              "[types.mail]\nlisten = \"25\"\nprotocol = \"tcp\"\n";

} // namespace

TEST_CASE("Caddy passes requests on to the Unix socket", "[export]")
{
    CHECK(file(web_server::caddy, socket_and_hosts) ==
          "# The site of my-shop.2, which procd runs.\n"
          "shop.example, www.shop.example {\n"
          "\treverse_proxy unix//run/shop/web.sock\n"
          "}\n");
    CHECK(file(web_server::caddy, two_types) ==
          "# The site of my-shop.2, which procd runs.\n"
          "# With the names of the site in the place of :80, Caddy serves HTTPS.\n"
          ":80 {\n"
          "\treverse_proxy 127.0.0.1:8080\n"
          "}\n"
          "api.example {\n"
          "\treverse_proxy 127.0.0.1:8081\n"
          "}\n");
}

TEST_CASE("nginx has one site for each address", "[export]")
{
    auto const one = file(web_server::nginx, socket_and_hosts);
    INFO(one);
    CHECK(has(one, "upstream my_shop_2_web {\n    server unix:/run/shop/web.sock;\n"));
    CHECK(has(one, "    listen 80;\n    listen [::]:80;\n"
                   "    server_name shop.example www.shop.example;\n"));
    CHECK(has(one, "        proxy_pass http://my_shop_2_web;\n"));
    CHECK(has(one, "map $http_upgrade $my_shop_2_web_connection {\n"));
    CHECK(has(one, "proxy_set_header Connection $my_shop_2_web_connection;\n"));
    auto const two = file(web_server::nginx, two_types);
    INFO(two);
    CHECK(has(two, "    listen 80 default_server;\n    listen [::]:80 default_server;\n"
                   "    server_name _;\n"));
    CHECK(has(two, "upstream my_shop_2_api {\n    server 127.0.0.1:8081;\n"));
    CHECK_FALSE(has(two, ":25"));
}

TEST_CASE("HAProxy has one backend for each address", "[export]")
{
    auto const one = file(web_server::haproxy, socket_and_hosts);
    INFO(one);
    CHECK(has(one, "frontend my_shop_2\n"));
    CHECK(has(one, "    use_backend my_shop_2_web if { req.hdr(host),field(1,:) -i shop.example "
                   "www.shop.example }\n"));
    CHECK(has(one, "    server procd unix@/run/shop/web.sock\n"));
    CHECK(has(one, "    # http-check send meth GET uri / hdr Host shop.example\n"));
    CHECK_FALSE(has(one, "default_backend"));
    auto const two = file(web_server::haproxy, two_types);
    INFO(two);
    CHECK(has(two, "-i api.example }\n    default_backend my_shop_2_web\n\nbackend"));
    CHECK(has(two, "    server procd 127.0.0.1:8081\n"));
}

TEST_CASE("types on one address are one site, because procd tells them apart", "[export]")
{
    std::string const both = "[types.web]\nlisten = \"unix:/s\"\nhosts = [\"a.example\"]\n"
                             "[types.api]\nlisten = \"unix:/s\"\n";
    CHECK(file(web_server::caddy, both + "hosts = [\"b.example\"]\n") ==
          "# The site of my-shop.2, which procd runs.\n"
          "a.example, b.example {\n"
          "\treverse_proxy unix//s\n"
          "}\n");
    CHECK(has(file(web_server::caddy, both), "\n:80 {\n"));
}

TEST_CASE("without an address to pass requests on to, there is no site", "[export]")
{
    for (auto const* server : {"caddy", "nginx", "haproxy"}) {
        auto const which = *procd::cli::web_server_of(server);
        CHECK(file(which, "") == "refused: no type has a front port with HTTP; set listen in "
                                 "procd.toml, or --listen");
        CHECK(file(which, "[types.web]\nlisten = \"80\"\nprotocol = \"tcp\"\n")
                  .starts_with("refused: no type"));
        CHECK(file(which, "[types.web]\nlisten = \"systemd:web\"\n") ==
              "refused: the address of systemd:web is in its socket unit only; let 'web' listen on "
              "an address or a Unix socket too");
        for (std::string const path : {"/run/a b", "/run/a;b", "/run/{x}", "/run/$x", "/run/'x"})
            CHECK(file(which, "[types.web]\nlisten = \"unix:" + path + "\"\n")
                      .starts_with("refused: unix:" + path + " has characters"));
        CHECK(file(which, "[types.web]\nlisten = \"80\"\n[types.api]\nlisten = \"[::]:81\"\n") ==
              "refused: 127.0.0.1:80 and [::1]:81 have no hosts; give all of them but one the "
              "hosts of its site");
    }
    CHECK_FALSE(procd::cli::web_server_of("apache"));
}
