#include "tests/bench/front/stage.hpp"

#include "tests/bench/front/client.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace bench {

namespace {

std::string server_lines(std::vector<int> const& servers, std::string const& form)
{
    std::string lines;
    for (int const port : servers) {
        std::string line = form;
        for (std::size_t at; (at = line.find("PORT")) != std::string::npos;)
            line.replace(at, 4, std::to_string(port));
        lines += line + '\n';
    }
    return lines;
}

void write(std::string const& file, std::string const& text)
{
    std::ofstream{file} << text;
}

// The settings that both nginx have in common: one worker in the foreground, and nothing outside
// the directory.
std::string nginx_frame(std::string const& directory, std::string const& name,
                        std::string const& http)
{
    std::string text = ::geteuid() == 0 ? "user root;\n" : "";
    text += "daemon off;\nworker_processes 1;\n"
            "error_log stderr warn;\npid " +
            directory + "/" + name + ".pid;\nevents { worker_connections 16000; }\nhttp {\n";
    for (char const* const kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += std::string{kind} + "_temp_path " + directory + "/" + name + "." + kind + ";\n";
    return text + "keepalive_requests 1000000000;\nkeepalive_timeout 300s;\n" + http + "}\n";
}

// The command of the upstream: nginx, or our own server where there is none.
std::string upstream_command(std::string const& directory, int port)
{
    if (installed("nginx").empty())
        return "exec " BENCH_WEB " $PORT";
    std::filesystem::create_directory(directory + "/files");
    write(directory + "/files/64k", std::string(64 << 10, 'x'));
    write(directory + "/files/1m", std::string(1 << 20, 'x'));
    write(directory + "/upstream.conf",
          nginx_frame(directory, "upstream",
                      "access_log off;\nsendfile on;\ntcp_nopush on;\nopen_file_cache max=8;\n"
                      "server {\nlisten 127.0.0.1:" +
                          std::to_string(port) + ";\nroot " + directory +
                          "/files;\nlocation = /small { return 200 \"hello, world\\n\"; }\n}\n"));
    return "exec " + installed("nginx") + " -c " + directory + "/upstream.conf";
}

std::string toml(int port, access_logs logs)
{
    return "[types.web]\nlisten = \"127.0.0.1:" + std::to_string(port) +
           "\"\nreadiness = { tcp = true, period = \"50ms\" }\n[front]\naccess_log = " +
           (logs == access_logs::on ? "true" : "false") + "\n";
}

} // namespace

fronted_app::fronted_app(std::string const& directory, std::string const& command, int base,
                         access_logs logs)
    : socket_{directory + "/procd.sock"}, procfile_{directory + "/Procfile"}
{
    front_.name = "procd";
    front_.port = free_ports(1);
    write(procfile_, "web: " + command + "\n");
    write(directory + "/procd.toml", toml(front_.port, logs));
    procd_.emplace_back(std::vector<std::string>{PROCD, "serve", "-d", directory, "-f", procfile_,
                                                 "-s", socket_, "-p", std::to_string(base),
                                                 "--color", "never"},
                        logs == access_logs::on ? "/dev/null" : directory + "/procd.out");
    wait_until_it_answers(front_.port, "procd");
    front_.pids = {child_with(procd_.front().pid(), "--router")};
    if (logs == access_logs::on)
        front_.pids.push_back(procd_.front().pid());
}

void fronted_app::scale(int count) const
{
    tell("scale web=" + std::to_string(count));
}

void fronted_app::tell(std::string const& words) const
{
    std::string const said =
        output_of(PROCCTL " -s " + socket_ + ' ' + words + " 2>&1 || echo failed");
    if (said.ends_with("failed\n"))
        throw std::runtime_error{words + ": " + said};
}

void fronted_app::deploy(std::string const& command) const
{
    write(procfile_, "web: " + command + "\n");
    tell("reload");
}

std::vector<proxy> start_haproxy(std::string const& directory, std::vector<int> const& servers,
                                 access_logs logs, std::list<child>& started)
{
    std::string const program = installed("haproxy");
    if (program.empty())
        return {};
    bool const on = logs == access_logs::on;
    std::string const file = directory + "/haproxy.cfg";
    int const port = free_ports(1);
    write(file, std::string{"global\nnbthread 1\nno strict-limits\nmaxconn 12000\n"} +
                    (on ? "log stdout format raw local0\n" : "") + "defaults\nmode http\n" +
                    (on ? "log global\noption httplog\n" : "") +
                    "timeout connect 5s\ntimeout client 300s\ntimeout server 300s\n"
                    "frontend front\nbind 127.0.0.1:" +
                    std::to_string(port) +
                    "\ndefault_backend web\n"
                    "backend web\nbalance leastconn\nhttp-reuse always\n" +
                    server_lines(servers, servers.size() > 1
                                              ? "server sPORT 127.0.0.1:PORT check inter 100ms"
                                              : "server sPORT 127.0.0.1:PORT"));
    started.emplace_back(std::vector<std::string>{program, "-db", "-f", file},
                         directory + "/haproxy.out");
    wait_until_it_answers(port, "haproxy");
    return {{"haproxy", port, family(started.back().pid())}};
}

std::vector<proxy> start_nginx(std::string const& directory, std::vector<int> const& servers,
                               access_logs logs, std::list<child>& started)
{
    std::string const program = installed("nginx");
    if (program.empty())
        return {};
    std::string const file = directory + "/nginx.conf";
    int const port = free_ports(1);
    std::string const log = logs == access_logs::on ? "access_log " + directory + "/access.log;\n"
                                                    : "access_log off;\n";
    write(file,
          nginx_frame(directory, "nginx",
                      log + "proxy_max_temp_file_size 0;\nupstream web {\nleast_conn;\n" +
                          server_lines(servers, "server 127.0.0.1:PORT max_fails=1 "
                                                "fail_timeout=1s;") +
                          "keepalive 64;\nkeepalive_requests 1000000000;\n}\n"
                          "server {\nlisten 127.0.0.1:" +
                          std::to_string(port) +
                          " backlog=1024;\nlocation / {\nproxy_pass http://web;\n"
                          "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\n}\n}\n"));
    started.emplace_back(std::vector<std::string>{program, "-c", file}, directory + "/nginx.out");
    wait_until_it_answers(port, "nginx");
    return {{"nginx", port, family(started.back().pid())}};
}

stage::stage(access_logs logs)
    : upstream_{free_ports(1)}, app_{dir_.path(), upstream_command(dir_.path(), upstream_),
                                     upstream_, logs},
      proxies_{app_.front()}
{
    for (auto const start : {start_haproxy, start_nginx})
        for (proxy const& each : start(dir_.path(), {upstream_}, logs, peers_))
            proxies_.push_back(each);
}

} // namespace bench
