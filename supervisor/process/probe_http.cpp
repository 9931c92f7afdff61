// How an answer is judged: each hop is a request on a new connection, and all hops share one
// deadline. The status of the last hop decides. A redirect to another host is not followed and
// counts as a success. Of a long body the beginning is read. A body that is cut short is a failure.
// The head is read as bytes first: interim answers are passed over, and core/http_head makes it
// strict for Beast.
#include "supervisor/core/http_head.hpp"
#include "supervisor/process/probe_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <utility>

namespace procd::process {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using core::probe_result;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);
constexpr int most_redirects = 10;
constexpr std::size_t most_head = 64 << 10;
constexpr std::size_t most_body = 10 << 10;
constexpr std::size_t read_size = 4 << 10;

// "127.0.0.1:5000" or "[::1]:5000".
std::string name_of(asio::ip::tcp::endpoint const& place)
{
    auto const address = place.address().to_string();
    return (place.address().is_v6() ? '[' + address + ']' : address) + ':' +
           std::to_string(place.port());
}

// The path that a redirect leads to on the same host and port. Nothing for another host: that
// redirect counts as a success.
std::optional<std::string> same_host_path(std::string location,
                                          asio::ip::tcp::endpoint const& place)
{
    for (std::string const& host :
         {"http://" + name_of(place), "http://localhost:" + std::to_string(place.port())})
        if (location == host || location.starts_with(host + '/'))
            location = location.size() == host.size() ? "/" : location.substr(host.size());
    if (!location.starts_with('/') || location.starts_with("//"))
        return std::nullopt;
    return location.substr(0, location.find('#'));
}

http::request<http::empty_body> http_request(procfile::probe_settings const& settings,
                                             std::string const& path, std::string const& host)
{
    http::request<http::empty_body> request{http::verb::get, path, 11};
    request.set(http::field::host, host);
    request.set(http::field::user_agent, "procd-probe/" PROCD_VERSION);
    request.set(http::field::accept, "*/*");
    request.set(http::field::connection, "close");
    for (auto const& [name, value] : settings.headers)
        request.set(name, value);
    return request;
}

// The bytes of the buffer, and what it has beyond them.
std::string_view bytes_of(beast::flat_buffer const& buffer)
{
    return {static_cast<char const*>(buffer.data().data()), buffer.size()};
}

void put(beast::flat_buffer& buffer, std::string_view bytes)
{
    asio::buffer_copy(buffer.prepare(bytes.size()), asio::buffer(bytes));
    buffer.commit(bytes.size());
}

// Reads until the buffer begins with a whole head that is no interim answer, and makes that head
// strict.
asio::awaitable<beast::error_code> read_head(beast::tcp_stream& stream, beast::flat_buffer& buffer)
{
    for (;;) {
        auto const length = core::head_length(bytes_of(buffer));
        if (length > 0 && core::is_interim(bytes_of(buffer).substr(0, length))) {
            buffer.consume(length);
            continue;
        }
        if (length > 0) {
            auto text = core::strict_head(bytes_of(buffer).substr(0, length));
            text += bytes_of(buffer).substr(length);
            buffer.clear();
            put(buffer, text);
            co_return beast::error_code();
        }
        if (buffer.size() >= most_head)
            co_return beast::error_code(http::error::header_limit);
        auto const [error, got] =
            co_await stream.async_read_some(buffer.prepare(read_size), with_error);
        buffer.commit(got);
        if (error == asio::error::eof)
            co_return beast::error_code(http::error::end_of_stream);
        if (error)
            co_return error;
    }
}

// Sends one request and reads its answer. `redirect` becomes the next path when the answer is a
// redirect on the same host and port.
asio::awaitable<probe_answer> get(beast::tcp_stream& stream,
                                  procfile::probe_settings const& settings, std::string path,
                                  std::shared_ptr<probe_place> place, std::string& redirect)
{
    if (auto const refused = co_await connect(stream, place))
        co_return answer_for(refused, settings.timeout);
    auto const request = http_request(settings, path, name_of(place->endpoints.front()));
    auto const [unsent, sent] = co_await http::async_write(stream, request, with_error);
    if (unsent)
        co_return answer_for(unsent, settings.timeout);
    beast::flat_buffer buffer;
    if (auto const no_head = co_await read_head(stream, buffer))
        co_return answer_for(no_head, settings.timeout);
    http::response_parser<http::string_body> parser;
    parser.header_limit(2 * most_head); // strict line ends may make it longer
    parser.body_limit(boost::none);
    while (!parser.is_done() && parser.get().body().size() < most_body) {
        auto const [error, got] =
            co_await http::async_read_some(stream, buffer, parser, with_error);
        if (error)
            co_return answer_for(error, settings.timeout);
    }
    auto const status = parser.get().result_int();
    if (status >= 300 && status < 400)
        redirect = same_host_path(std::string(parser.get()[http::field::location]),
                                  place->endpoints.front())
                       .value_or("");
    bool const well = status >= 200 && status < 400;
    co_return probe_answer{well ? probe_result::success : probe_result::failure,
                           "HTTP " + std::to_string(status)};
}

} // namespace

asio::awaitable<probe_answer> probe_http(asio::io_context& io, procfile::probe_settings settings,
                                         std::shared_ptr<probe_place> place,
                                         std::shared_ptr<probe_abort> abort)
{
    // A release that an older procd has kept may hold such a probe.
    if (auto why = procfile::too_large(settings); !why.empty())
        co_return probe_answer{probe_result::error, std::move(why)};
    if (place->endpoints.empty())
        co_return no_address();
    auto const deadline = std::chrono::steady_clock::now() + settings.timeout;
    auto path = settings.path;
    probe_answer answer;
    for (int hop = 0; hop <= most_redirects; ++hop) {
        beast::tcp_stream stream(io);
        abortable const until_done(*abort, [&stream] { stream.close(); });
        stream.expires_at(deadline);
        std::string redirect;
        answer = co_await get(stream, settings, path, place, redirect);
        if (redirect.empty())
            co_return answer;
        path = std::move(redirect);
    }
    co_return probe_answer{probe_result::failure,
                           "more than " + std::to_string(most_redirects) + " redirects"};
}

} // namespace procd::process
