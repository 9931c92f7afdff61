#include "supervisor/daemon/fail.hpp"

#include "supervisor/app/complain.hpp"
#include "supervisor/loop/spawner.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/output/hub.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace procd::daemon {

namespace {

// The words about the exception that is being handled. A handler of the event loop has no name.
std::string words_of_failure()
{
    try {
        throw;
    } catch (loop::work_failed const& named) {
        return named.what();
    } catch (...) {
        return loop::words_of("the event loop", std::current_exception());
    }
}

} // namespace

void fail(output::hub& hub) noexcept
{
    try {
        hub.stop(); // writes the last lines
    } catch (...) {
    }
    try {
        app::complain(words_of_failure() +
                      "; procd ends, and its guardian ends the processes with it");
    } catch (...) {
        std::fputs("procd: internal error: out of memory (std::bad_alloc); procd ends, and its "
                   "guardian ends the processes with it\n",
                   stderr);
    }
    os::end_at_once(app::exit_failure);
}

} // namespace procd::daemon
