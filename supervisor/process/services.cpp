#include "supervisor/process/services.hpp"

#include "supervisor/output/hub.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace procd::process {

services::services(boost::asio::io_context& loop, output::hub& output, output::event_log& log)
    : io(loop), hub(output), events(log),
      tasks(loop,
            [&output](std::string const& text) { output.system(text, output::level::error); }),
      looks(loop), changed(loop), seen_in_proc(loop, [this] { forget_proc(); }),
      processes([this] { seen_in_proc.ask(); }), kills(loop, processes),
      children([this] { processes.drop(); }), guardian(looks, children, output, log)
{
}

std::string random_hex()
{
    static std::random_device device;
    std::array<char, 17> text{};
    text.fill('0');
    for (std::size_t half = 0; half < 2; ++half) {
        std::array<char, 8> digits{};
        auto const [end, error] = std::to_chars(digits.data(), digits.data() + 8, device(), 16);
        std::copy_backward(digits.data(), end, text.data() + half * 8 + 8);
    }
    return {text.data(), 16};
}

std::string new_procd_id(services const& with)
{
    return with.run_id + '-' + random_hex();
}

} // namespace procd::process
