// procd's front port, haproxy and nginx side by side, in front of the same upstream.
#pragma once

#include "tests/bench/front/processes.hpp"
#include "tests/bench/subject.hpp"

#include <list>
#include <string>
#include <vector>

namespace bench {

// An address that takes requests, and the processes that work for it.
struct proxy {
    std::string name;
    int port = 0;
    std::vector<pid_t> pids;
};

enum class access_logs { off, on };

// Starts procd with the type `web` behind a front port, and waits until it answers.
class fronted_app {
public:
    // `command` gets the port of its process as $PORT, from `base` on.
    fronted_app(std::string const& directory, std::string const& command, int base,
                access_logs logs);
    // The router; with access logs procd too, which takes them over.
    proxy const& front() const { return front_; }
    // Changes the number of processes, and waits until they are ready.
    void scale(int count) const;
    // Runs procctl with these words, and waits until it is done.
    void tell(std::string const& words) const;
    // Gives the type another command by a reload.
    void deploy(std::string const& command) const;

private:
    std::string socket_, procfile_;
    std::list<child> procd_;
    proxy front_;
};

// Both give no proxy when the program is not installed. `servers` are ports.
std::vector<proxy> start_haproxy(std::string const& directory, std::vector<int> const& servers,
                                 access_logs logs, std::list<child>& started);
std::vector<proxy> start_nginx(std::string const& directory, std::vector<int> const& servers,
                               access_logs logs, std::list<child>& started);

// All of them in front of one upstream, which serves from memory: an nginx, or our own server.
class stage {
public:
    explicit stage(access_logs logs);
    // procd comes first.
    std::vector<proxy> const& proxies() const { return proxies_; }
    int upstream_port() const { return upstream_; }

private:
    scratch_dir dir_;
    int upstream_;
    fronted_app app_;
    std::list<child> peers_;
    std::vector<proxy> proxies_;
};

} // namespace bench
