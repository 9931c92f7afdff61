// An action that could not be tried, because descriptors or memory were out, is an error. An error
// says nothing about the process, so it is not counted as a failure.
#include "supervisor/process/probe_action.hpp"

#include "supervisor/core/duration.hpp"
#include "supervisor/process/errand.hpp"
#include "supervisor/process/probe_connection.hpp"

#include <algorithm>
#include <utility>

namespace procd::process {

namespace asio = boost::asio;
using core::probe_result;

namespace {

constexpr std::size_t most_output = 4 << 10;

} // namespace

probe_place::probe_place(std::string const& host, int port)
{
    auto const add = [&](asio::ip::address const& address) {
        endpoints.emplace_back(address, static_cast<std::uint16_t>(port));
    };
    if (host.empty() || host == "localhost") {
        add(asio::ip::address_v4::loopback());
        add(asio::ip::address_v6::loopback());
        return;
    }
    boost::system::error_code no_address;
    auto const address = asio::ip::make_address(host, no_address);
    if (!no_address)
        add(address);
}

asio::awaitable<probe_answer> probe_tcp(asio::io_context& io, std::shared_ptr<probe_place> place,
                                        std::chrono::milliseconds timeout,
                                        std::shared_ptr<probe_abort> abort)
{
    boost::beast::tcp_stream stream(io);
    abortable const until_done(*abort, [&stream] { stream.close(); });
    if (place->endpoints.empty())
        co_return no_address();
    stream.expires_after(timeout);
    auto const error = co_await connect(stream, place);
    if (error)
        co_return answer_for(error, timeout);
    co_return probe_answer{probe_result::success, "connected"};
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
