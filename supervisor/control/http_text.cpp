#include "supervisor/control/http_text.hpp"

#include <boost/beast/http/status.hpp>

#include <charconv>

namespace procd::control {

namespace {

void append_number(std::string& out, std::size_t number, int base)
{
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

} // namespace

void append_head(std::string& out, http_head const& head)
{
    namespace http = boost::beast::http;
    auto const reason =
        http::obsolete_reason(http::int_to_status(static_cast<unsigned>(head.status)));
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(head.status), 10);
    out += ' ';
    out.append(reason.data(), reason.size());
    out += "\r\nServer: procd\r\n";
    if (!head.content_type.empty()) {
        out += "Content-Type: ";
        out += head.content_type;
        out += "\r\n";
    }
    if (head.length) {
        out += "Content-Length: ";
        append_number(out, *head.length, 10);
        out += "\r\n";
    } else if (head.chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (!head.allow.empty()) {
        out += "Allow: ";
        out += head.allow;
        out += "\r\n";
    }
    if (!head.keep_alive)
        out += "Connection: close\r\n";
    out += "\r\n";
}

void append_chunk(std::string& out, std::string_view data, bool chunked)
{
    if (data.empty())
        return; // an empty chunk would end the stream
    if (chunked) {
        append_number(out, data.size(), 16);
        out += "\r\n";
    }
    out += data;
    if (chunked)
        out += "\r\n";
}

void append_last_chunk(std::string& out, bool chunked)
{
    if (chunked)
        out += "0\r\n\r\n";
}

} // namespace procd::control
