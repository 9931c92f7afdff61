#include "supervisor/cli/export_site.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace procd::cli {

namespace {

using procfile::listen_address;

// One address to which a web server passes requests on.
struct site {
    std::string name; // of the app and the first type, in letters, digits and '_'
    listen_address upstream;
    std::vector<std::string> hosts; // empty: all that no other site has
};

std::string word_of(std::string const& text)
{
    std::string word;
    for (char const c : text) {
        bool const kept =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        word += kept ? c : '_';
    }
    return word;
}

// The address by which a server on this machine reaches the type: its Unix socket, or else the
// first port. Nothing if all of its sockets come from systemd.
std::optional<listen_address> upstream_of(procfile::front_settings const& front)
{
    std::optional<listen_address> best;
    for (auto const& address : front.listen) {
        if (address.type == listen_address::kind::unix_socket)
            return address;
        if (address.type == listen_address::kind::tcp && !best)
            best = address;
    }
    if (best && best->ip.is_any())
        best->ip =
            *procfile::parse_ip(best->ip.family == procfile::ip_family::v4 ? "127.0.0.1" : "::1");
    return best;
}

// Tells whether a path means itself in the files of all three servers.
bool plain(std::string const& path)
{
    return std::all_of(path.begin(), path.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"/._-+@=,"}.find(c) != std::string_view::npos;
    });
}

void add_type(std::vector<site>& sites, std::string const& app, procfile::type_spec const& type,
              listen_address const& upstream)
{
    auto const& hosts = type.settings.front.hosts;
    auto const same = std::find_if(sites.begin(), sites.end(),
                                   [&](site const& s) { return s.upstream.same_socket(upstream); });
    if (same == sites.end()) {
        sites.push_back({word_of(app + '_' + type.name), upstream, hosts});
        return;
    }
    // procd tells the types of one address apart by the host. A type without hosts gets the rest.
    if (same->hosts.empty() || hosts.empty())
        same->hosts.clear();
    else
        same->hosts.insert(same->hosts.end(), hosts.begin(), hosts.end());
}

// The address with the port, or the path behind the server's own prefix for Unix sockets.
std::string upstream_text(site const& s, std::string const& unix_prefix)
{
    bool const path = s.upstream.type == listen_address::kind::unix_socket;
    return path ? unix_prefix + s.upstream.name : procfile::to_string(s.upstream);
}

std::string joined(std::vector<std::string> const& words, std::string const& between)
{
    std::string text;
    for (auto const& word : words)
        text += (text.empty() ? "" : between) + word;
    return text;
}

std::string caddy(std::vector<site> const& sites)
{
    std::string text;
    for (auto const& s : sites) {
        if (s.hosts.empty())
            text += "# With the names of the site in the place of :80, Caddy serves HTTPS.\n";
        text += (s.hosts.empty() ? ":80" : joined(s.hosts, ", ")) +
                " {\n"
                "\treverse_proxy " +
                upstream_text(s, "unix/") +
                "\n"
                "}\n";
    }
    return text;
}

std::string nginx_site(site const& s)
{
    auto const others = s.hosts.empty() ? " default_server" : "";
    return "upstream " + s.name + " {\n    server " + upstream_text(s, "unix:") +
           ";\n"
           "    keepalive 32;\n"
           "}\n"
           "map $http_upgrade $" +
           s.name +
           "_connection {\n"
           "    default upgrade;\n"
           "    ''      '';\n"
           "}\n"
           "server {\n"
           "    listen 80" +
           others + ";\n    listen [::]:80" + others + ";\n    server_name " +
           (s.hosts.empty() ? "_" : joined(s.hosts, " ")) +
           ";\n"
           "    client_max_body_size 0;\n"
           "    location / {\n"
           "        proxy_pass http://" +
           s.name +
           ";\n"
           "        proxy_http_version 1.1;\n"
           "        proxy_set_header Host $http_host;\n"
           "        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
           "        proxy_set_header X-Forwarded-Proto $scheme;\n"
           "        proxy_set_header X-Forwarded-Host $http_host;\n"
           "        proxy_set_header X-Forwarded-Port $server_port;\n"
           "        proxy_set_header Upgrade $http_upgrade;\n"
           "        proxy_set_header Connection $" +
           s.name +
           "_connection;\n"
           "        # Events and uploads pass as they come.\n"
           "        proxy_buffering off;\n"
           "        proxy_request_buffering off;\n"
           "    }\n"
           "}\n";
}

std::string haproxy_backend(site const& s)
{
    return "\nbackend " + s.name +
           "\n"
           "    mode http\n"
           "    timeout connect 5s\n"
           "    timeout server 60s\n"
           "    timeout tunnel 1h\n"
           "    # procd answers 400 without a Host, also to checks: option httpchk, and\n"
           "    # http-check send meth GET uri / hdr Host " +
           (s.hosts.empty() ? "localhost" : s.hosts.front()) +
           "\n"
           "    server procd " +
           upstream_text(s, "unix@") + '\n';
}

std::string haproxy(std::vector<site> const& sites, std::string const& app)
{
    std::string text = "frontend " + word_of(app) +
                       "\n"
                       "    mode http\n"
                       "    bind :80\n"
                       "    timeout client 60s\n"
                       "    timeout http-request 10s\n"
                       "    option forwardfor\n"
                       "    http-request set-header X-Forwarded-Proto https if { ssl_fc }\n"
                       "    http-request set-header X-Forwarded-Proto http if !{ ssl_fc }\n"
                       "    http-request set-header X-Forwarded-Host %[req.hdr(host)]\n"
                       "    http-request set-header X-Forwarded-Port %[dst_port]\n";
    std::string rest, backends;
    for (auto const& s : sites) {
        if (s.hosts.empty())
            rest += "    default_backend " + s.name + '\n';
        else
            text += "    use_backend " + s.name + " if { req.hdr(host),field(1,:) -i " +
                    joined(s.hosts, " ") + " }\n";
        backends += haproxy_backend(s);
    }
    return text + rest + backends;
}

// Two sites without hosts cannot be told apart.
std::string ambiguity(std::vector<site> const& sites)
{
    std::string names;
    int without = 0;
    for (auto const& s : sites)
        if (s.hosts.empty()) {
            ++without;
            names += (names.empty() ? "" : " and ") + procfile::to_string(s.upstream);
        }
    return without > 1 ? names + " have no hosts; give all of them but one the hosts of its site"
                       : "";
}

} // namespace

std::optional<web_server> web_server_of(std::string_view name)
{
    if (name == "caddy")
        return web_server::caddy;
    if (name == "nginx")
        return web_server::nginx;
    if (name == "haproxy")
        return web_server::haproxy;
    return std::nullopt;
}

boost::system::result<std::string, std::string> site_file(web_server server,
                                                          app::application const& app)
{
    using result = boost::system::result<std::string, std::string>;
    auto const refused = [](std::string why) {
        return result(boost::system::in_place_error, std::move(why));
    };
    std::vector<site> sites;
    for (auto const& type : app.spec.types) {
        auto const& front = type.settings.front;
        if (front.listen.empty() || front.protocol != procfile::front_protocol::http)
            continue;
        auto const upstream = upstream_of(front);
        if (!upstream)
            return refused("the address of " + procfile::to_string(front.listen.front()) +
                           " is in its socket unit only; let '" + type.name +
                           "' listen on an address or a Unix socket too");
        if (!plain(upstream->name))
            return refused(procfile::to_string(*upstream) +
                           " has characters that mean something in such a file; choose another "
                           "path");
        add_type(sites, app.name, type, *upstream);
    }
    if (sites.empty())
        return refused("no type has a front port with HTTP; set listen in procd.toml, or "
                       "--listen");
    if (auto const why = ambiguity(sites); !why.empty())
        return refused(why);
    std::string text = "# The site of " + app.name + ", which procd runs.\n";
    switch (server) {
    case web_server::caddy:
        text += caddy(sites);
        break;
    case web_server::nginx:
        for (auto const& s : sites)
            text += nginx_site(s);
        break;
    case web_server::haproxy:
        text += haproxy(sites, app.name);
        break;
    }
    return result(boost::system::in_place_value, std::move(text));
}

} // namespace procd::cli
