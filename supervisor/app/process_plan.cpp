#include "supervisor/app/process_plan.hpp"

namespace procd::app {

os::launch_request request_of(process_plan const& plan, std::vector<std::string> argv)
{
    os::launch_request request;
    request.argv = std::move(argv);
    request.environment = plan.environment;
    request.shared_environment = plan.shared_environment;
    request.cwd = plan.cwd;
    request.umask = plan.umask;
    request.user = plan.user ? &*plan.user : nullptr;
    request.open_files = plan.open_files;
    return request;
}

} // namespace procd::app
