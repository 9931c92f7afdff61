#include "supervisor/front/networks.hpp"

#include <algorithm>

namespace procd::front {

namespace ip = boost::asio::ip;

networks::networks(std::vector<std::string> const& texts)
{
    for (auto const& text : texts) {
        bool const is_single = text.find('/') == std::string::npos;
        boost::system::error_code failed;
        if (auto const v4 = ip::make_network_v4(is_single ? text + "/32" : text, failed); !failed) {
            v4_.push_back(v4.canonical());
            continue;
        }
        failed.clear();
        if (auto const v6 = ip::make_network_v6(is_single ? text + "/128" : text, failed); !failed)
            v6_.push_back(v6.canonical());
    }
}

ip::address plain(ip::address address)
{
    if (address.is_v4())
        return address;
    if (address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return ip::address_v6(address.to_v6().to_bytes());
}

bool networks::contain(ip::address address) const
{
    auto const a = plain(address);
    if (a.is_v4()) {
        auto const bits = a.to_v4().to_uint();
        return std::any_of(v4_.begin(), v4_.end(), [bits](auto const& n) {
            return (bits & n.netmask().to_uint()) == n.network().to_uint();
        });
    }
    return std::any_of(v6_.begin(), v6_.end(), [&a](ip::network_v6 const& n) {
        return ip::network_v6(a.to_v6(), n.prefix_length()).network() == n.network();
    });
}

} // namespace procd::front
