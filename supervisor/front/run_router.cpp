#include "supervisor/front/run_router.hpp"

#include "supervisor/front/router.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/heap.hpp"
#include "supervisor/os/limits.hpp"
#include "supervisor/os/signals.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <exception>

namespace procd::front {

int run_router()
{
    os::name_this_process("procd-router");
    os::give_up_new_rights();
    os::ignore_write_signals();
    auto const nofile = os::raise_nofile();
    os::keep_heap_small();
    try {
        boost::asio::io_context io(1);
        router serving(io, os::unique_fd(1), [&io] { io.stop(); });
        router_limits limits;
        if (nofile)
            limits.clients = nofile->second / 4 * 3; // of the hard limit
        serving.limit(limits);
        if (auto const refused = serving.open(os::message_socket(os::unique_fd(0)))) {
            std::fprintf(stderr, "procd front: stdin is no pair with procd: %s\n",
                         refused.message().c_str());
            return 1;
        }
        io.run();
    } catch (std::exception const& error) {
        std::fprintf(stderr, "procd front: %s\n", error.what());
        return 1;
    }
    return 0;
}

} // namespace procd::front
