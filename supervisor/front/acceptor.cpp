#include "supervisor/front/acceptor.hpp"

#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/tcp_session.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <utility>

namespace procd::front {

namespace asio = boost::asio;
using boost::system::error_code;
using protocol = asio::generic::stream_protocol;
using asio::ip::tcp;

namespace {

// Without room for more, the clients wait in the kernel's queue.
constexpr std::chrono::milliseconds pause_for_room{100};
// How many are accepted before others have their turn.
constexpr int most_at_once = 64;

// Nothing for a Unix socket.
std::optional<tcp::endpoint> as_tcp(protocol::endpoint const& e)
{
    auto const family = e.protocol().family();
    if (family != tcp::v4().family() && family != tcp::v6().family())
        return std::nullopt;
    tcp::endpoint found;
    found.resize(e.size());
    std::copy_n(static_cast<char const*>(static_cast<void const*>(e.data())), e.size(),
                static_cast<char*>(static_cast<void*>(found.data())));
    return found;
}

} // namespace

acceptor::acceptor(house& with, listener what)
    : with_(with), what_(std::move(what)), socket_(with.io), timer_(with.io),
      types_(std::make_shared<served_types>()), alive_(std::make_shared<int>())
{
}

// Clients with a request under way get their answer. Idle connections are closed.
acceptor::~acceptor()
{
    for (auto const& each : sessions_)
        if (auto const session = each.lock())
            session->finish();
}

error_code acceptor::open(os::unique_fd listening)
{
    error_code refused;
    int const family =
        what_.unix_socket ? asio::local::stream_protocol().family() : tcp::v4().family();
    socket_.assign(protocol(family, 0), listening.get(), refused);
    if (refused)
        return refused;
    listening.release();
    socket_.non_blocking(true, refused);
    wait();
    return refused;
}

void acceptor::wait()
{
    socket_.async_wait(asio::socket_base::wait_read,
                       [this, alive = std::weak_ptr(alive_)](error_code failed) {
                           if (!failed && !alive.expired())
                               accept_all();
                       });
}

void acceptor::accept_all()
{
    for (int count = 0; count < most_at_once; ++count) {
        if (*with_.clients >= with_.limits.clients)
            return pause();
        connection::socket client(with_.io);
        error_code e;
        socket_.accept(client, e);
        if (e == asio::error::would_block || e == asio::error::try_again)
            break;
        if (e == asio::error::connection_aborted || e == asio::error::interrupted)
            continue;
        if (e)
            return pause();
        welcome(std::move(client));
    }
    wait();
}

void acceptor::welcome(connection::socket client)
{
    error_code gone;
    auto const far = client.remote_endpoint(gone);
    peer from;
    if (what_.unix_socket) {
        from.is_trusted = from.is_local = true;
    } else {
        auto const address = gone ? std::nullopt : as_tcp(far);
        if (!address)
            return;
        auto const plain_address = plain(address->address());
        from.address = plain_address.to_string();
        from.port = what_.port;
        from.is_trusted = with_.trusted.contain(plain_address);
        from.is_local = plain_address.is_loopback();
        client.set_option(tcp::no_delay(true), gone);
    }
    if (types_->all.empty())
        return;
    if (auto const& only = types_->all.front(); !only->of().http) {
        with_.tasks.spawn("a connection",
                          run_tcp_session(with_, only, std::move(client), std::move(from.address)));
        return;
    }
    auto const session =
        std::make_shared<http_session>(with_, types_, std::move(client), std::move(from));
    sessions_.push_back(session);
    if (sessions_.size() >= sweep_at_) {
        std::erase_if(sessions_, [](auto const& each) { return each.expired(); });
        sweep_at_ = std::max<std::size_t>(64, sessions_.size() * 2);
    }
    with_.tasks.spawn("a client's connection", http_session::run(session));
}

void acceptor::pause()
{
    timer_.expires_after(pause_for_room);
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](error_code cancelled) {
        if (!cancelled && !alive.expired())
            wait();
    });
}

} // namespace procd::front
