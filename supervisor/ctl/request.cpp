#include "supervisor/ctl/request.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <sstream>
#include <utility>

namespace ctl {

namespace http = boost::beast::http;

std::string http_text(request const& r)
{
    http::request<http::string_body> m;
    m.version(11);
    m.method_string(r.method);
    m.target(r.target);
    m.set(http::field::host, "procd");
    m.set(http::field::user_agent, "procctl/" PROCD_VERSION);
    if (!r.upgrade.empty()) {
        m.set(http::field::connection, "Upgrade");
        m.set(http::field::upgrade, r.upgrade);
    }
    if (r.body) {
        m.set(http::field::content_type, "application/json");
        m.body() = *r.body;
        m.prepare_payload();
    }
    std::ostringstream text;
    text << m;
    return std::move(text).str();
}

} // namespace ctl
