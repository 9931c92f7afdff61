#include "supervisor/front/splice.hpp"

#include "supervisor/front/session_parts.hpp"

#include <span>

namespace procd::front {

namespace asio = boost::asio;

namespace {

asio::awaitable<bool> empty_into(os::splice_pipe& pipe, connection& to,
                                 std::function<void()> const& progress)
{
    while (pipe.held() > 0) {
        auto const given = pipe.give_to(to.raw().native_handle());
        if (given) {
            progress();
            continue;
        }
        if (!would_block(given.error()))
            co_return false;
        bool const has_room = co_await to.wait(connection::socket::wait_write);
        if (!has_room)
            co_return false;
    }
    co_return true;
}

// The kernel cannot splice now, or not between these, and has taken nothing.
bool cannot_splice(os::error_code e)
{
    using enum boost::system::errc::errc_t;
    return would_block(e) || e == too_many_files_open || e == too_many_files_open_in_system ||
           e == invalid_argument || e == function_not_supported || e == not_enough_memory;
}

asio::awaitable<passed_piece> copy_piece(house& with, connection& from, connection& to,
                                         std::size_t most, std::function<void()> const& progress)
{
    passed_piece piece;
    auto const got = co_await from.read_into(std::span(with.scratch).first(most));
    piece.bytes = got.size();
    piece.source_failed = got.empty() && (from.is_broken() || from.cancelled());
    piece.source_ended = got.empty() && !piece.source_failed;
    if (!got.empty()) {
        auto writing = to.write(got, {}, progress);
        bool const written = co_await std::move(writing);
        piece.target_failed = !written;
    }
    co_return piece;
}

} // namespace

asio::awaitable<passed_piece> pass_piece(house& with, connection& from, connection& to,
                                         body_scanner& body, std::function<void()> const& progress)
{
    passed_piece piece;
    bool const has_come = co_await from.wait(connection::socket::wait_read);
    if (!has_come) {
        piece.source_failed = true;
        co_return piece;
    }
    auto pipe = with.pipes->take();
    auto const got =
        pipe ? pipe->take_from(from.raw().native_handle(), body.most_of(pipe_pool::room))
             : os::result<std::size_t>(os::error_of(EMFILE));
    if (!got && !cannot_splice(got.error())) {
        piece.source_failed = true;
    } else if (!got) {
        pipe.reset();
        piece = co_await copy_piece(with, from, to, body.most_of(with.scratch.size()), progress);
    } else if (*got == 0) {
        piece.source_ended = true;
    } else {
        piece.bytes = *got;
        bool const emptied = co_await empty_into(*pipe, to, progress);
        piece.target_failed = !emptied;
    }
    body.pass(piece.bytes);
    co_return piece;
}

} // namespace procd::front
