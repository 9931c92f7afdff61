#include "procfile/front_reader.hpp"

#include "procfile/text.hpp"

#include <limits>

namespace procfile {

namespace {

constexpr std::int64_t most_requests = 1'000'000;
constexpr std::size_t longest_host = 253;
constexpr milliseconds shortest_wait{1};

constexpr std::pair<std::string_view, front_protocol> protocol_words[] = {
    {"http", front_protocol::http}, {"tcp", front_protocol::tcp}};
constexpr std::pair<std::string_view, share_mode> share_words[] = {
    {"proxy", share_mode::proxy}, {"listen_fds", share_mode::listen_fds}};

// One address, added to those before it.
bool add_address(config_reader& in, toml_value const& v, std::vector<listen_address>& to)
{
    std::string text;
    if (!in.read_string(v, text))
        return false;
    auto const parsed = parse_listen_address(text);
    if (!parsed)
        return in.refuse(v, parsed.error());
    to.insert(to.end(), parsed->begin(), parsed->end());
    return true;
}

// The name as it is compared with the Host header: in lower case and without the dot at its end.
// The error says what is wrong with it.
boost::system::result<std::string, std::string> host_name(std::string_view written)
{
    using result = boost::system::result<std::string, std::string>;
    auto const refused = [](std::string why) {
        return result(boost::system::in_place_error, std::move(why));
    };
    std::string name = text::lower_case(written);
    if (name.size() > 1 && name.back() == '.')
        name.pop_back();
    if (name.size() > 2 && name.front() == '[' && name.back() == ']' &&
        parse_ip(std::string_view{name}.substr(1, name.size() - 2)))
        return result(boost::system::in_place_value, name);
    if (name.find("://") != std::string::npos)
        return refused("must be a host name alone, without \"http://\"");
    if (name.find('*') != std::string::npos)
        return refused("must be whole host names; a '*' in them is not known");
    if (name.find(':') != std::string::npos)
        return refused("must be a host name alone, without a port");
    bool const fits = std::all_of(name.begin(), name.end(), [](char c) {
        return text::is_letter(c) || text::is_digit(c) || c == '.' || c == '-' || c == '_';
    });
    if (!fits || name.size() > longest_host || name.front() == '.' ||
        name.find("..") != std::string::npos)
        return refused("must be a host name such as \"shop.example\"; other characters than "
                       "letters, digits, '.', '-' and '_' are written in punycode");
    return result(boost::system::in_place_value, name);
}

void read_trusted(config_reader& in, toml_value const& v, router_settings& s)
{
    std::vector<std::string> texts;
    if (!in.read_strings(v, texts))
        return;
    std::vector<ip_network> networks;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto const network = parse_network(texts[i]);
        if (!network) {
            in.refuse(v.items[i], "must be addresses and networks such as \"10.0.0.0/8\" and "
                                  "\"::1\"");
            return;
        }
        // Bits behind the prefix mean a slip: the network is another one than its writer thinks.
        bool const whole = texts[i].find('/') == std::string::npos;
        if (!whole && parse_ip(texts[i].substr(0, texts[i].find('/'))) != network->address) {
            in.refuse(v.items[i], "has \"" + texts[i] +
                                      "\", whose address is inside the network; "
                                      "write \"" +
                                      to_string(*network) + '"');
            return;
        }
        networks.push_back(*network);
    }
    s.trusted = std::move(networks);
}

// A size, or "0".
void read_max_body(config_reader& in, toml_value const& v, router_settings& s)
{
    bool const none = v.value_kind == toml_value::kind::string && v.string == "0";
    if (none)
        s.max_body = 0;
    else
        in.read_size(v, s.max_body);
}

// The name of a group, or "" for none.
void read_socket_group(config_reader& in, toml_value const& v, router_settings& s)
{
    bool const none = v.value_kind == toml_value::kind::string && v.string.empty();
    if (none)
        s.socket_group.clear();
    else
        in.read_string(v, s.socket_group);
}

using front_reader_t = config_reader;
using front_value_t = toml_value;

constexpr key_rule<router_settings> router_rules[] = {
    {"user", [](front_reader_t& in, front_value_t const& v,
                router_settings& s) { in.read(&front_reader_t::read_string, v, s.user); }},
    {"trusted", read_trusted},
    {"access_log", [](front_reader_t& in, front_value_t const& v,
                      router_settings& s) { in.read_boolean(v, s.access_log); }},
    {"socket_mode", [](front_reader_t& in, front_value_t const& v,
                       router_settings& s) { in.read_mode(v, s.socket_mode, "0660"); }},
    {"socket_group", read_socket_group},
    {"header_timeout",
     [](front_reader_t& in, front_value_t const& v, router_settings& s) {
         in.read_duration(v, s.header_timeout, shortest_wait);
     }},
    {"idle_timeout",
     [](front_reader_t& in, front_value_t const& v, router_settings& s) {
         in.read_duration(v, s.idle_timeout, shortest_wait);
     }},
    {"response_timeout",
     [](front_reader_t& in, front_value_t const& v, router_settings& s) {
         in.read_duration(v, s.response_timeout, shortest_wait);
     }},
    {"max_body", read_max_body},
    {"error_page",
     [](front_reader_t& in, front_value_t const& v, router_settings& s) {
         in.read(&front_reader_t::read_string, v, s.error_page);
     }},
};

} // namespace

void read_listen(config_reader& reader, toml_value const& value, type_settings& settings)
{
    std::vector<listen_address> addresses;
    if (value.value_kind != toml_value::kind::array) {
        if (!reader.is(value, toml_value::kind::string, "an address or an array of addresses") ||
            !add_address(reader, value, addresses))
            return;
    } else if (value.items.empty()) {
        reader.refuse(value, "must not be empty");
        return;
    }
    for (toml_value const& item : value.items)
        if (!add_address(reader, item, addresses))
            return;
    if (auto const why = clash(addresses); !why.empty())
        reader.refuse(value, why);
    else
        settings.front.listen = std::move(addresses);
}

void read_protocol(config_reader& reader, toml_value const& value, type_settings& settings)
{
    reader.read_enum(value, settings.front.protocol, protocol_words);
}

void read_share(config_reader& reader, toml_value const& value, type_settings& settings)
{
    reader.read_enum(value, settings.front.share, share_words);
}

void read_concurrency(config_reader& reader, toml_value const& value, type_settings& settings)
{
    reader.read_integer(value, settings.front.concurrency, 0, most_requests);
}

void read_queue(config_reader& reader, toml_value const& value, type_settings& settings)
{
    reader.read_integer(value, settings.front.queue, 0, most_requests);
}

void read_hosts(config_reader& reader, toml_value const& value, type_settings& settings)
{
    std::vector<std::string> texts;
    if (!reader.read_strings(value, texts))
        return;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto name = host_name(texts[i]);
        if (!name) {
            reader.refuse(value.items[i], name.error());
            return;
        }
        names.push_back(std::move(*name));
    }
    settings.front.hosts = std::move(names);
}

void read_router(config_reader& reader, toml_value const& table, router_settings& settings)
{
    reader.read_table(table, router_rules, settings);
}

} // namespace procfile
