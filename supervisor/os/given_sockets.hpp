// The listening sockets that a child gets at its start, by systemd's protocol (sd_listen_fds): they
// are its descriptors from 3 on, LISTEN_FDS is their number, LISTEN_FDNAMES has their names, and
// LISTEN_PID is the pid of the child.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace os {

// A socket of the caller's, which stays open here. Several may have the same name.
struct given_socket {
    int fd = -1;
    std::string name;
};

// Everything about the sockets that has to be ready before the child exists. It has to live until
// the child has executed its command.
class given_sockets {
public:
    given_sockets() = default;
    given_sockets(given_sockets const&) = delete;
    given_sockets& operator=(given_sockets const&) = delete;

    // Takes the sockets of one launch. Those below lowest_free() are duplicated, so that none of
    // them is overwritten while the child puts the sockets in their places.
    result<void> take(std::vector<given_socket> const& sockets);
    // In their order; empty: the child gets none.
    std::span<int const> descriptors() const { return descriptors_; }
    // The first number above those that the child puts sockets at.
    int lowest_free() const;
    // The environment with the three variables, in the place of any of their names. It ends with
    // null, and has pointers into this object. Without sockets it is as it was.
    std::vector<char const*> in(std::vector<char const*> environment) const;
    // Where the child, which alone knows its pid, has to write it as text for LISTEN_PID. Null
    // without sockets.
    char* pid_text() { return descriptors_.empty() ? nullptr : &pid_[pid_name.size()]; }

private:
    static constexpr std::string_view pid_name = "LISTEN_PID=";

    std::vector<int> descriptors_;
    std::vector<unique_fd> duplicates_;
    std::string count_, names_;
    std::array<char, 32> pid_{};
};

} // namespace os
