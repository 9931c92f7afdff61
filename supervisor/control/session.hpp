// A session serves one client of the control socket: a coroutine that reads requests and answers
// them in order.
#pragma once

#include "supervisor/control/http_reader.hpp"
#include "supervisor/control/router.hpp"
#include "supervisor/control/server.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace procd::control {

class session;

// The part that all sessions share: the objects that they serve, and the two lists by which the
// server sees which session is idle.
struct session_host {
    boost::asio::io_context& io;
    control_api& api;
    output::hub& hub;
    output::event_log& events;
    std::chrono::milliseconds request_timeout;
    bool closing = false; // the server ends: sessions answer waiting clients, then end

    using sessions = std::list<std::shared_ptr<session>>;
    sessions busy, idle; // idle: between requests, the longest idle first
    // How many connections there may be, and how many answers occupy theirs.
    std::size_t most_connections = 256, streams = 0, waits = 0;
};

class session : public std::enable_shared_from_this<session> {
public:
    using socket_type = boost::asio::local::stream_protocol::socket;

    session(std::shared_ptr<session_host> host, socket_type socket);

    // Serves requests until the client leaves, asks to close, breaks the protocol, or the server
    // ends. Errors of the connection end the session quietly. Other exceptions are bugs and go to
    // the caller.
    boost::asio::awaitable<void> run();

    // Makes the session look at the host again: a wait is cut short, a write is not.
    void wake();
    // Closes the connection at once, also during a wait or a write.
    void cut();

    // Where the server binds the cancellation of run().
    boost::asio::cancellation_slot slot() { return cancel_.slot(); }

    // Moves the session to the idle or to the busy list of the host, and keeps `place` right.
    enum class activity { idle, busy };
    void mark(activity now);
    bool idle() const { return idle_; }
    // Tells whether an answer of this session was a stream.
    bool had_stream() const { return watching_; }
    session_host::sessions::iterator place;

private:
    boost::asio::awaitable<std::optional<http_request>> read_request();
    boost::asio::awaitable<bool> read_more();
    boost::asio::awaitable<bool> flush();
    boost::asio::awaitable<void> answer(http_request const& request);
    boost::asio::awaitable<void> refuse(int status, std::string detail);

    boost::asio::awaitable<void> send(json_reply const& whole);
    boost::asio::awaitable<void> send_awaited(awaited_reply asked);
    boost::asio::awaitable<void> send_goal(goal_reply command);
    boost::asio::awaitable<void> send_logs(logs_reply logs);
    boost::asio::awaitable<void> send_events(events_reply asked);
    boost::asio::awaitable<void> send_shutdown(shutdown_reply asked);
    boost::asio::awaitable<void> become_stream(exec_reply exec);

    void begin_stream();
    void add_line(std::string_view json);
    boost::asio::awaitable<void> end_stream();
    void watch_for_hangup();

    // Awaits an operation that wake() may cut short.
    boost::asio::awaitable<void> interruptibly(boost::asio::awaitable<void> operation);
    boost::asio::awaitable<void>
    changed_or(std::optional<std::chrono::steady_clock::time_point> deadline);
    boost::asio::awaitable<bool> write_records(output::batch batch);

    void limit_arrival();
    void limit_write();

    std::shared_ptr<session_host> host_;
    socket_type socket_;
    boost::asio::steady_timer arrival_; // limits the time until a request has arrived whole
    boost::asio::steady_timer write_;   // limits the time until a write is taken
    boost::asio::cancellation_signal cancel_;
    http_reader reader_;
    std::string out_;
    bool keep_alive_ = true, chunked_ = true;
    // A client that follows may stand still for any time. Any other client that does not take a
    // portion of its answer (about 64 KiB) within request_timeout is cut off.
    enum class patience { limited, unlimited };
    patience patience_ = patience::limited;
    std::uint64_t writes_ = 0; // that are done
    bool head_ = false;        // the answer to HEAD has no body
    bool idle_ = false, arriving_ = false, late_ = false;
    bool interruptible_ = false, watching_ = false;
    bool gone_ = false; // the client hung up, or was cut off
};

} // namespace procd::control
