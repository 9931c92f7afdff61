#include "supervisor/front/house.hpp"

#include "supervisor/front/gate_keeper.hpp"
#include "supervisor/front/request_id.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace procd::front {

namespace {

std::string lower(std::string_view text)
{
    std::string found(text);
    for (char& c : found)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return found;
}

// "shop.localhost:8080" and "[::1]:8080" without their port, and without the dot of the root.
std::string name_of(std::string_view host)
{
    auto const colon = host.rfind(':');
    if (colon != host.npos && host.find(']', colon) == host.npos &&
        (host.starts_with('[') || host.find(':') == colon))
        host = host.substr(0, colon);
    if (host.ends_with('.'))
        host.remove_suffix(1);
    return lower(host);
}

} // namespace

std::shared_ptr<gate_keeper> served_types::for_host(std::string_view host) const
{
    auto const name = name_of(host);
    std::shared_ptr<gate_keeper> rest;
    for (auto const& each : all) {
        auto const& hosts = each->of().hosts;
        if (std::any_of(hosts.begin(), hosts.end(),
                        [&](auto const& own) { return name_of(own) == name; }))
            return each;
        if (!rest && each->of().gets_the_rest)
            rest = each;
    }
    return rest;
}

house::house(boost::asio::io_context& loop, os::unique_fd lines)
    : io(loop), tasks(loop, [this](std::string const& words) { log.say(words); }),
      log(loop, std::move(lines)), pool(loop), leaving(std::make_shared<departures>(loop)),
      random_(std::random_device{}())
{
}

std::string house::new_request_id()
{
    std::array<unsigned char, 16> bytes;
    for (std::size_t const at : {std::size_t(0), sizeof(std::uint64_t)}) {
        auto const number = random_();
        std::memcpy(bytes.data() + at, &number, sizeof number);
    }
    return uuid_of(bytes);
}

} // namespace procd::front
