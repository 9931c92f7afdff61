#include "supervisor/process/probe_connection.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/os/shortage.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>

namespace procd::process {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using core::probe_result;

asio::awaitable<beast::error_code> connect(beast::tcp_stream& stream,
                                           std::shared_ptr<probe_place> place)
{
    beast::error_code first;
    for (std::size_t i = 0; i < place->endpoints.size(); ++i) {
        auto const [error] =
            co_await stream.async_connect(place->endpoints[i], asio::as_tuple(asio::use_awaitable));
        if (!error) {
            std::swap(place->endpoints[0], place->endpoints[i]);
            co_return error;
        }
        first = i == 0 ? error : first;
        if (error != boost::system::errc::connection_refused)
            break;
        beast::error_code closed;
        stream.socket().close(closed);
    }
    co_return first;
}

probe_answer answer_for(beast::error_code error, std::chrono::milliseconds timeout)
{
    if (error == beast::error::timeout)
        return {probe_result::failure, "no answer within " + core::duration_text(timeout)};
    if (error == http::error::partial_message)
        return {probe_result::failure, "the body of the answer is cut short"};
    if (error == http::error::end_of_stream)
        return {probe_result::failure, "the connection was closed without an answer"};
    return {os::is_shortage(error) ? probe_result::error : probe_result::failure, error.message(),
            error == boost::system::errc::connection_refused};
}

probe_answer no_address()
{
    return {probe_result::error, "its host is no address"};
}

} // namespace procd::process
