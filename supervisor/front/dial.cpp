#include "supervisor/front/dial.hpp"

#include "supervisor/front/session_parts.hpp"
#include "supervisor/os/shortage.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

asio::ip::address loopback(bool v6)
{
    if (v6)
        return asio::ip::address_v6::loopback();
    return asio::ip::address_v4::loopback();
}

} // namespace

using dialled = boost::system::result<std::shared_ptr<connection>, no_connection>;

asio::awaitable<dialled> dial(asio::io_context& io, std::shared_ptr<upstream> to, time_point until)
{
    auto const made = std::make_shared<tcp::socket>(io);
    asio::steady_timer timer(io, until);
    timer.async_wait([made](error_code cancelled) {
        error_code ignored;
        if (!cancelled)
            made->cancel(ignored);
    });
    auto const port = static_cast<unsigned short>(to->facts.port);
    auto why = no_connection::refused;
    for (int tries = 0; tries < 2; ++tries) {
        tcp::endpoint const where(loopback(to->on_v6), port);
        auto const [refused] = co_await made->async_connect(where, with_error);
        error_code ignored;
        if (!refused) {
            made->set_option(tcp::no_delay(true), ignored);
            co_return std::make_shared<connection>(connection::socket(std::move(*made)));
        }
        made->close(ignored);
        if (std::chrono::steady_clock::now() >= until)
            co_return no_connection::too_late;
        if (!to->on_v6 && os::is_shortage(refused)) // a machine may have no ::1 at all
            why = no_connection::shortage;
        to->on_v6 = !to->on_v6;
    }
    co_return why;
}

} // namespace procd::front
