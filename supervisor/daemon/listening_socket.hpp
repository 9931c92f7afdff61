// The listening sockets of the front port.
#pragma once

#include "procfile/front_settings.hpp"
#include "supervisor/os/passed_sockets.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace procd::daemon {

// The reason why procd does not listen at an address, for the user, with the remedy where there is
// one.
struct not_listening {
    std::string why;
};
[[noreturn]] void throw_exception_from_error(not_listening const& e,
                                             boost::source_location const& where);

// Listens at the address. A socket of systemd's is one of `passed`, which stay open.
boost::system::result<os::unique_fd, not_listening>
listen_at(procfile::listen_address const& at, procfile::router_settings const& with,
          std::vector<os::passed_socket> const& passed);

} // namespace procd::daemon
