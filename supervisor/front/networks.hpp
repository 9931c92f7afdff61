// The networks whose word is believed: "127.0.0.0/8", "::1", "10.0.0.0/8".
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <string>
#include <vector>

namespace procd::front {

class networks {
public:
    networks() = default;
    // A text that is no network is left out: procd has checked the settings.
    explicit networks(std::vector<std::string> const& texts);
    // An IPv4 address that comes as IPv6 (::ffff:10.0.0.1) is looked up as IPv4.
    bool contain(boost::asio::ip::address address) const;

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

// The address as a log shows it: an IPv4 address that comes as IPv6 is shown as IPv4, and one of a
// link without the name of its interface, which means nothing to others.
boost::asio::ip::address plain(boost::asio::ip::address address);

} // namespace procd::front
