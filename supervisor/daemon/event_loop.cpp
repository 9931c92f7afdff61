#include "supervisor/daemon/event_loop.hpp"

#include "supervisor/os/event_loop.hpp"

#include <boost/asio/signal_set.hpp>

namespace procd::daemon {

std::string event_loop_problem(boost::asio::io_context& io)
{
    constexpr std::size_t own = 3;
    boost::asio::signal_set const first(io); // the first object makes Asio watch its descriptors
    auto const watched = os::epoll_registrations();
    if (!watched || *watched >= own)
        return "";
    return "cannot start: the kernel watches only " + std::to_string(*watched) + " of the " +
           std::to_string(own) +
           " descriptors of procd's event loop (epoll_ctl); it is short of memory, or the user has "
           "too many watches (sysctl fs.epoll.max_user_watches)";
}

} // namespace procd::daemon
