// How a result is judged:
// - tcp: a connection is a success.
// - http: each hop is a request on a new connection, and all hops share one deadline. The status of
//   the last hop decides. A redirect to another host is not followed and counts as a success. A
//   body that is cut off or too long does not matter once the head has arrived.
// - exec: the exit code decides; a command that is killed at the timeout is a failure.
// An action that could not be tried, because descriptors or memory were out, is an error. An error
// says nothing about the process, so it is not counted as a failure.
#include "supervisor/process/probe_action.hpp"

#include "supervisor/core/duration.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
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
constexpr std::uint64_t most_body = 10 << 10;
constexpr std::size_t most_output = 4 << 10;

// While it lives, the probe can be aborted so; also an exception ends that.
class abortable {
public:
    abortable(probe_abort& of, std::function<void()> abort) : of_(of)
    {
        of_.now = std::move(abort);
    }
    abortable(abortable const&) = delete;
    abortable& operator=(abortable const&) = delete;
    ~abortable()
    {
        of_.now = [] {};
    }

private:
    probe_abort& of_;
};

asio::ip::tcp::endpoint here(int port)
{
    return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
}

// True for an error that procd itself has, such as too many open descriptors. It tells nothing
// about the process.
bool is_ours(beast::error_code error)
{
    return error == boost::system::errc::too_many_files_open ||
           error == boost::system::errc::too_many_files_open_in_system ||
           error == boost::system::errc::not_enough_memory ||
           error == boost::system::errc::no_buffer_space ||
           error == boost::system::errc::address_not_available;
}

probe_answer failed(beast::error_code error, std::chrono::milliseconds timeout)
{
    if (error == beast::error::timeout)
        return {probe_result::failure, "no answer within " + core::duration_text(timeout)};
    if (error == http::error::end_of_stream)
        return {probe_result::failure, "the connection was closed without an answer"};
    return {is_ours(error) ? probe_result::error : probe_result::failure, error.message()};
}

// The path that a redirect leads to on the same host and port. Nothing for another host: that
// redirect counts as a success.
std::optional<std::string> same_host_path(std::string location, int port)
{
    for (std::string const& host :
         {"http://127.0.0.1:" + std::to_string(port), "http://localhost:" + std::to_string(port)})
        if (location == host || location.starts_with(host + '/'))
            location = location.size() == host.size() ? "/" : location.substr(host.size());
    if (!location.starts_with('/') || location.starts_with("//"))
        return std::nullopt;
    return location.substr(0, location.find('#'));
}

http::request<http::empty_body> http_request(procfile::probe_settings const& settings,
                                             std::string const& path, int port)
{
    http::request<http::empty_body> request{http::verb::get, path, 11};
    request.set(http::field::host, "127.0.0.1:" + std::to_string(port));
    request.set(http::field::user_agent, "procd-probe/" PROCD_VERSION);
    request.set(http::field::accept, "*/*");
    request.set(http::field::connection, "close");
    for (auto const& [name, value] : settings.headers)
        request.set(name, value);
    return request;
}

} // namespace

asio::awaitable<probe_answer> probe_tcp(asio::io_context& io, int port,
                                        std::chrono::milliseconds timeout,
                                        std::shared_ptr<probe_abort> abort)
{
    beast::tcp_stream stream(io);
    abortable const until_done(*abort, [&stream] { stream.close(); });
    stream.expires_after(timeout);
    auto const [error] = co_await stream.async_connect(here(port), with_error);
    if (error)
        co_return failed(error, timeout);
    co_return probe_answer{probe_result::success, "connected"};
}

namespace {

// Sends one request and reads the head of its answer. `redirect` becomes the next path when the
// answer is a redirect on the same host and port.
asio::awaitable<probe_answer> get(beast::tcp_stream& stream,
                                  procfile::probe_settings const& settings, std::string path,
                                  int port, std::string& redirect)
{
    auto const [refused] = co_await stream.async_connect(here(port), with_error);
    if (refused)
        co_return failed(refused, settings.timeout);
    auto const request = http_request(settings, path, port);
    auto const [unsent, sent] = co_await http::async_write(stream, request, with_error);
    if (unsent)
        co_return failed(unsent, settings.timeout);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(most_body);
    auto const [error, got] = co_await http::async_read(stream, buffer, parser, with_error);
    // A body that is too long or ends too early does not matter: the head has the status.
    if (error && !parser.is_header_done())
        co_return failed(error, settings.timeout);
    if (error == beast::error::timeout)
        co_return failed(error, settings.timeout);
    auto const status = parser.get().result_int();
    if (status >= 300 && status < 400)
        redirect =
            same_host_path(std::string(parser.get()[http::field::location]), port).value_or("");
    bool const well = status >= 200 && status < 400;
    co_return probe_answer{well ? probe_result::success : probe_result::failure,
                           "HTTP " + std::to_string(status)};
}

} // namespace

asio::awaitable<probe_answer> probe_http(asio::io_context& io, procfile::probe_settings settings,
                                         int port, std::shared_ptr<probe_abort> abort)
{
    // A release that an older procd has kept may hold such a probe.
    if (auto why = procfile::too_large(settings); !why.empty())
        co_return probe_answer{probe_result::error, std::move(why)};
    auto const deadline = std::chrono::steady_clock::now() + settings.timeout;
    auto path = settings.path;
    probe_answer answer;
    for (int hop = 0; hop <= most_redirects; ++hop) {
        beast::tcp_stream stream(io);
        abortable const until_done(*abort, [&stream] { stream.close(); });
        stream.expires_at(deadline);
        std::string redirect;
        answer = co_await get(stream, settings, path, port, redirect);
        if (redirect.empty())
            co_return answer;
        path = std::move(redirect);
    }
    co_return probe_answer{probe_result::failure,
                           "more than " + std::to_string(most_redirects) + " redirects"};
}

asio::awaitable<probe_answer> probe_exec(services& with, os::launch_request request,
                                         std::chrono::milliseconds timeout,
                                         std::shared_ptr<probe_abort> abort)
{
    auto const output = std::make_shared<std::string>();
    auto const keep = [output](std::string_view bytes) {
        output->append(bytes.substr(0, most_output - std::min(output->size(), most_output)));
    };
    auto const command = std::make_shared<errand>(with, keep);
    abort->now = [command] { command->cancel(); };
    auto const deadline = std::chrono::steady_clock::now() + timeout;
    auto const end = co_await errand::run(command, std::move(request), deadline);
    abort->now = [] {};
    while (output->ends_with('\n'))
        output->pop_back();
    auto const said = output->empty() ? "" : ": " + *output;
    if (end.timed_out)
        co_return probe_answer{probe_result::failure,
                               "still running after " + core::duration_text(timeout) + said};
    if (std::holds_alternative<core::never_started>(end.status))
        co_return probe_answer{probe_result::error, core::describe(end.status)};
    co_return probe_answer{core::succeeded(end.status) ? probe_result::success
                                                       : probe_result::failure,
                           core::describe(end.status) + said};
}

} // namespace procd::process
