#include "supervisor/front/access_line.hpp"

#include "supervisor/core/quoted_text.hpp"

#include <algorithm>

namespace procd::front {

namespace {

// Tells whether a value can stand without quotes, as those of Heroku do.
bool is_plain(std::string_view value)
{
    return std::all_of(value.begin(), value.end(), [](char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '=';
    });
}

void add_value(std::string& line, std::string_view name, std::string_view value)
{
    if (!line.empty())
        line += ' ';
    line.append(name).append("=").append(value);
}

void add_word(std::string& line, std::string_view name, std::string_view value)
{
    if (is_plain(value))
        add_value(line, name, value);
    else
        add_value(line, name, core::quoted(value));
}

void add_time(std::string& line, std::string_view name, std::optional<std::int64_t> ms)
{
    add_value(line, name, ms ? std::to_string(*ms) + "ms" : std::string());
}

void add_outcome(std::string& line, access const& request)
{
    bool const failed = request.code || !request.desc.empty();
    add_value(line, "at", failed ? "error" : "info");
    if (request.code)
        add_value(line, "code", code_text(*request.code));
    if (failed)
        add_value(line, "desc",
                  core::quoted(request.desc.empty() ? description(*request.code) : request.desc));
}

// The status of a client that left before it got an answer; nginx has begun with that.
constexpr int status_of_nobody = 499;

int status_of(access const& request)
{
    bool const left = request.code == fault_code::client_interrupted;
    return request.status == 0 && left ? status_of_nobody : request.status;
}

} // namespace

std::string code_text(fault_code code)
{
    return "H" + std::to_string(static_cast<int>(code));
}

std::string_view description(fault_code code)
{
    switch (code) {
    case fault_code::crashed:
        return "App crashed";
    case fault_code::backlog:
        return "Backlog too deep";
    case fault_code::timeout:
        return "Request timeout";
    case fault_code::no_response:
        return "Connection closed without response";
    case fault_code::none_running:
        return "No processes running";
    case fault_code::idle:
        return "Idle connection";
    case fault_code::bad_response:
        return "Poorly formatted HTTP response";
    case fault_code::app_interrupted:
        return "Server request interrupted";
    case fault_code::connect_timeout:
        return "Backend connection timeout";
    case fault_code::not_ready:
        return "App boot timeout";
    case fault_code::connect_refused:
        return "Backend connection refused";
    case fault_code::client_interrupted:
        return "Client request interrupted";
    case fault_code::client_idle:
        return "Client connection idle";
    case fault_code::maintenance:
        return "Maintenance mode";
    }
    return "";
}

std::string text_of(access const& request)
{
    std::string line;
    line.reserve(256 + request.path.size());
    add_outcome(line, request);
    add_word(line, "method", request.method);
    add_value(line, "path", core::quoted(request.path));
    add_word(line, "host", request.host);
    add_word(line, "request_id", request.request_id);
    add_value(line, "fwd", core::quoted(request.fwd));
    add_word(line, "process", request.process);
    add_time(line, "connect", request.connect_ms);
    add_time(line, "queue", request.queue_ms);
    add_time(line, "service", request.service_ms);
    add_value(line, "status", std::to_string(status_of(request)));
    add_value(line, "bytes", std::to_string(request.bytes));
    add_word(line, "protocol", request.protocol);
    return line;
}

} // namespace procd::front
