#include "supervisor/front/response_head.hpp"

#include "supervisor/front/head_fields.hpp"
#include "supervisor/front/head_framing.hpp"

namespace procd::front {

namespace {

constexpr std::size_t version_size = sizeof("HTTP/1.1") - 1;
constexpr std::size_t status_size = version_size + sizeof(" 200") - 1;

refusal of_response(refusal found)
{
    found.status = 502;
    return found;
}

// "HTTP/1.1 200 OK". The blank behind the code is missing in the answers of some servers.
judged<response_head> read_status_line(std::string_view line)
{
    auto const version = line.substr(0, version_size);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refusal{502, "a version other than HTTP/1.1 and HTTP/1.0"};
    bool const complete = line.size() >= status_size && line[version_size] == ' ' &&
                          (line.size() == status_size || line[status_size] == ' ');
    auto const code = complete ? line.substr(version_size + 1, 3) : std::string_view();
    if (!is_number(code) || code.front() == '0')
        return refusal{502, "a status line without a status code"};
    response_head result;
    result.version = version == "HTTP/1.1" ? 11 : 10;
    result.status = std::stoi(std::string(code));
    result.switches = result.status == 101;
    result.interim = result.status < 200 && !result.switches;
    return result;
}

// 1xx and 204 never have a body, and must not announce one.
bool is_bodiless(int status)
{
    return status < 200 || status == 204;
}

judged<framing> body_of(response_head const& head, framing announced, std::string_view method)
{
    if (is_bodiless(head.status) && announced.by == framing::kind::chunked)
        return refusal{502, "Transfer-Encoding in a response without a body"};
    if (is_bodiless(head.status) && announced.length > 0)
        return refusal{502, "Content-Length in a response without a body"};
    if (is_bodiless(head.status) || head.status == 304 || method == "HEAD")
        return framing{};
    if (announced.by == framing::kind::none)
        return framing{framing::kind::until_close};
    return announced;
}

} // namespace

judged<response_head> read_response(std::string_view head, std::string_view request_method)
{
    if (auto found = broken_head(head))
        return of_response(*std::move(found));
    auto result = read_status_line(first_line(head));
    if (!result)
        return result;
    framing_reader reader;
    head_fields fields(head);
    while (auto const field = fields.next())
        if (auto found = reader.take(*field))
            return of_response(*std::move(found));
    auto const announced = reader.result(result->version);
    if (!announced)
        return of_response(announced.error());
    auto const body = body_of(*result, *announced, request_method);
    if (!body)
        return body.error();
    result->body = *body;
    result->keep_alive = reader.connection().stays_open(result->version) &&
                         body->by != framing::kind::until_close && !result->switches;
    return result;
}

std::optional<refusal> hopeless_response(std::string_view incomplete, std::size_t searched)
{
    if (auto found = hopeless(incomplete, searched))
        return of_response(*std::move(found));
    return std::nullopt;
}

} // namespace procd::front
