// Site files for a web server in front of procd: TLS, HTTP/2 and static files are its part, and it
// passes requests on to the front port.
#pragma once

#include "supervisor/app/application.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace procd::cli {

enum class web_server { caddy, nginx, haproxy };
// The server of this name.
std::optional<web_server> web_server_of(std::string_view name);

// The site file for an app. It has one site for each address on which types with HTTP listen: of
// several addresses of one type, the Unix socket, or else the first one. The error says why there
// is nothing to pass requests on to.
boost::system::result<std::string, std::string> site_file(web_server server,
                                                          app::application const& app);

} // namespace procd::cli
