// The listening sockets of all types: opens what the files ask for, tries again where somebody else
// listens, and closes what nobody wants. A socket is either for the router or for the processes of
// the types that name its address. When that changes, the socket changes hands once those who had
// it have let go, so that clients in its backlog are not lost.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/daemon/front_sockets.hpp"
#include "supervisor/os/passed_sockets.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace procd::formation {
class formation;
}
namespace procd::process {
struct services;
}

namespace procd::daemon {

// A socket that is open.
struct listener {
    int id = 0; // never used again
    procfile::listen_address address;
    front_socket socket;
    int port = 0;                                             // 0: a Unix socket
    procfile::share_mode share = procfile::share_mode::proxy; // for whom it is now
    bool routed = false;                                      // the router is to have it
    bool at_router = false;                                   // the router that runs has it
    std::optional<std::uint64_t> taken_away;                  // the picture that did so
};

class listeners {
public:
    // The sockets that systemd has passed to procd; may be null.
    using passed_sockets = std::shared_ptr<std::vector<os::passed_socket> const>;
    listeners(process::services& with, formation::formation const& all, passed_sockets passed);

    // Looks at the types, and at the processes that have sockets. Returns when to try an address
    // again on which somebody else listens.
    std::optional<std::chrono::steady_clock::time_point> look(app::application const& app);
    // procd's copies are closed, and the files of Unix sockets removed, for good.
    void close();

    std::vector<listener> const& all() const { return all_; }
    bool is_open(procfile::listen_address const& at) const;
    // Why this address is not open; absent while nothing has failed.
    std::optional<std::string> problem_of(procfile::listen_address const& at) const;
    // The open addresses that are for the router.
    std::vector<procfile::listen_address> of_router() const;
    // Some type wants a router, whether or not its address is open.
    bool router_wanted() const { return router_wanted_; }
    bool any_routed() const;
    // The descriptors that the router does not have yet, in their order. They travel with the next
    // picture.
    std::vector<int> news() const;
    // This picture was sent to the router, with the news.
    void told(std::uint64_t picture);
    // The router has done what this picture asks for.
    void router_did(std::uint64_t picture);
    // The router is gone, with its copies.
    void router_is_gone();

private:
    struct wish {
        procfile::listen_address address;
        procfile::share_mode share;
    };
    std::vector<wish> wishes() const;
    bool held_by_process(listener const& l) const;
    enum class after_that { open, closed };
    after_that update(listener& l, std::vector<wish> const& wanted) const;
    bool known(procfile::listen_address const& at) const;
    bool in_the_way(procfile::listen_address const& at) const;
    void open(wish const& wanted, procfile::router_settings const& with);
    void refuse(procfile::listen_address const& at, std::string why);
    void tell_opened(int before) const;
    void publish();

    process::services& with_;
    formation::formation const& formation_;
    passed_sockets passed_;
    std::vector<listener> all_;
    std::vector<procfile::listen_address> missing_; // halves that this machine does not have
    // Why an address is not open, as it was said.
    struct refusal {
        procfile::listen_address address;
        std::string why;
    };
    std::vector<refusal> refused_;
    std::optional<std::chrono::steady_clock::time_point> try_again_;
    int last_id_ = 0;
    bool router_wanted_ = false, closed_ = false;
};

} // namespace procd::daemon
