#include "supervisor/front/dial.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

asio::ip::address loopback(bool v6)
{
    if (v6)
        return asio::ip::address_v6::loopback();
    return asio::ip::address_v4::loopback();
}

} // namespace

asio::awaitable<std::unique_ptr<connection>> dial(asio::io_context& io,
                                                  std::shared_ptr<upstream> to)
{
    auto const port = static_cast<unsigned short>(to->facts.port);
    for (int tries = 0; tries < 2; ++tries) {
        tcp::socket made(io);
        tcp::endpoint const where(loopback(to->on_v6), port);
        auto const [refused] =
            co_await made.async_connect(where, asio::as_tuple(asio::use_awaitable));
        if (!refused) {
            boost::system::error_code ignored;
            made.set_option(tcp::no_delay(true), ignored);
            co_return std::make_unique<connection>(connection::socket(std::move(made)));
        }
        to->on_v6 = !to->on_v6;
    }
    co_return nullptr;
}

} // namespace procd::front
