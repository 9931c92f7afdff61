#include "supervisor/control/problem.hpp"

#include <boost/beast/http/status.hpp>

namespace procd::control {

core::api::problem make_problem(int status, std::string detail)
{
    namespace http = boost::beast::http;
    auto const title = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {status, std::string(title), std::move(detail)};
}

} // namespace procd::control
