// Reads any bytes as the head of a request and of a response. A head that is accepted is one for
// Beast too, with the same framing, and its form for the other side is read as the same message,
// with one Host. No piece of an accepted head is hopeless.
#include "supervisor/core/http_head.hpp"
#include "supervisor/front/head_fields.hpp"
#include "supervisor/front/request_head.hpp"
#include "supervisor/front/response_head.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <string_view>

using namespace procd::front;

namespace {

namespace http = boost::beast::http;

// Beast's reading of the head, as a second opinion.
template <bool request>
void compare_with_beast(std::string_view head, framing body)
{
    http::parser<request, http::empty_body> parser;
    parser.header_limit(longest_head);
    parser.body_limit(boost::none);
    parser.skip(!request && body.by == framing::kind::none); // HEAD, or a status without a body
    boost::beast::error_code ec;
    parser.put(boost::asio::buffer(head), ec);
    fuzz::require(!ec || ec == http::error::need_more);
    fuzz::require(parser.is_header_done());
    if (body.by == framing::kind::none && !request)
        return;
    fuzz::require(parser.chunked() == (body.by == framing::kind::chunked));
    auto const length = parser.content_length();
    fuzz::require(length.has_value() == (body.by == framing::kind::length));
    fuzz::require(!length || *length == body.length);
}

int count(std::string_view head, field_kind kind)
{
    int found = 0;
    head_fields fields(head);
    while (auto const field = fields.next())
        found += field->kind == kind ? 1 : 0;
    return found;
}

void check_pieces(std::string_view head)
{
    for (std::size_t size = 1; size < head.size(); size += 1 + size / 16)
        fuzz::require(!hopeless(head.substr(0, size)) &&
                      !hopeless(head.substr(0, size), size / 2) &&
                      head_length(head.substr(0, size)) == 0);
}

void check_request(std::string_view head)
{
    auto const request = read_request(head);
    if (!request)
        return;
    check_pieces(head);
    compare_with_beast<true>(head, request->body);
    for (bool const trusted : {false, true}) {
        forwarding const with{.client = "192.0.2.7",
                              .trusted = trusted,
                              .port = 80,
                              .request_id = "0123456789abcdef0123",
                              .start_ms = 1};
        std::string passed;
        write_request(passed, *request, head, with);
        if (passed.size() > longest_head)
            continue;
        fuzz::require(head_length(passed) == passed.size());
        auto const again = read_request(passed);
        fuzz::require(again.has_value() && again->version == 11 && again->keep_alive);
        fuzz::require(again->method == request->method && again->target == request->target);
        fuzz::require(again->host == request->host && again->body == request->body);
        fuzz::require(again->upgrades == request->upgrades);
        fuzz::require(again->request_id == with.request_id);
        for (auto const kind : {field_kind::host, field_kind::x_request_id,
                                field_kind::x_request_start, field_kind::x_forwarded_for})
            fuzz::require(count(passed, kind) == 1);
        for (auto const kind :
             {field_kind::te, field_kind::keep_alive, field_kind::proxy_connection})
            fuzz::require(count(passed, kind) == 0);
        compare_with_beast<true>(passed, request->body);
    }
}

void check_response(std::string_view head, std::string_view method, delivery const& to)
{
    auto const response = read_response(head, method);
    if (!response)
        return;
    check_pieces(head);
    compare_with_beast<false>(core::strict_head(head), response->body);
    std::string passed;
    write_response(passed, *response, head, to);
    auto const again = read_response(passed, method);
    if (passed.size() > longest_head)
        return;
    fuzz::require(again.has_value() && again->status == response->status);
    bool const stripped = response->body.by == framing::kind::chunked && to.client_version == 10;
    fuzz::require(again->body == (stripped ? framing{framing::kind::until_close} : response->body));
    fuzz::require(response->interim || response->switches ||
                  again->keep_alive == can_keep_alive(*response, to));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const bytes = fuzz::text(data, size);
    auto const skipped = leading_empty_line(bytes);
    auto const rest = std::string_view(bytes).substr(skipped);
    auto const length = head_length(rest);
    auto const head = length == 0 ? rest : rest.substr(0, length);
    check_request(head);
    for (char const* const method : {"GET", "HEAD"}) {
        check_response(head, method, {});
        check_response(head, method, {.keep_alive = false});
        check_response(head, method, {.client_version = 10, .strip_chunking = true});
    }
    return 0;
}
