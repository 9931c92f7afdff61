#include "procfile/config.hpp"

#include "procfile/config_reader.hpp"
#include "procfile/front_reader.hpp"
#include "procfile/text.hpp"
#include "procfile/type_settings.hpp"

#include <limits>

namespace procfile {

namespace {

using reader_t = config_reader;
using value_t = toml_value;

constexpr key_rule<config> app_rules[] = {
    {"name",
     [](reader_t& in, value_t const& v, config& c) {
         std::string name;
         if (in.read_fitting(
                 v, name, valid_app_name,
                 "at most 63 letters, digits, '_', '.' and '-', a letter or digit first"))
             c.name = std::move(name);
     }},
    {"port",
     [](reader_t& in, value_t const& v, config& c) {
         in.read(&reader_t::read_integer<int>, v, c.port, std::int64_t{1}, std::int64_t{65'535});
     }},
    {"env_files", [](reader_t& in, value_t const& v,
                     config& c) { in.read(&reader_t::read_strings, v, c.env_files); }},
    {"env_files_win",
     [](reader_t& in, value_t const& v, config& c) { in.read_boolean(v, c.env_files_win); }},
};

constexpr key_rule<log_settings> log_rules[] = {
    {"directory", [](reader_t& in, value_t const& v,
                     log_settings& s) { in.read(&reader_t::read_string, v, s.directory); }},
    {"max_size",
     [](reader_t& in, value_t const& v, log_settings& s) { in.read_size(v, s.max_size); }},
    {"keep",
     [](reader_t& in, value_t const& v, log_settings& s) { in.read_integer(v, s.keep, 0, 1'000); }},
    {"total", [](reader_t& in, value_t const& v, log_settings& s) { in.read_size(v, s.total); }},
};

constexpr milliseconds shortest{1};

constexpr key_rule<autoscaler_settings> autoscaler_rules[] = {
    {"interval", [](reader_t& in, value_t const& v,
                    autoscaler_settings& s) { in.read_duration(v, s.interval, shortest); }},
    {"window", [](reader_t& in, value_t const& v,
                  autoscaler_settings& s) { in.read_duration(v, s.window, shortest); }},
    {"tolerance", [](reader_t& in, value_t const& v,
                     autoscaler_settings& s) { in.read_number(v, s.tolerance, 0, 1); }},
    {"scale_up_delay", [](reader_t& in, value_t const& v,
                          autoscaler_settings& s) { in.read_duration(v, s.scale_up_delay); }},
    {"scale_down_delay", [](reader_t& in, value_t const& v,
                            autoscaler_settings& s) { in.read_duration(v, s.scale_down_delay); }},
};

constexpr key_rule<config> control_rules[] = {
    {"group",
     [](reader_t& in, value_t const& v, config& c) {
         in.read(&reader_t::read_string, v, c.control_group);
     },
     true},
};

constexpr key_rule<config> metrics_rules[] = {
    {"listen",
     [](reader_t& in, value_t const& v, config& c) {
         std::string address;
         if (in.read_fitting(v, address, valid_address, "an address such as \"127.0.0.1:9394\""))
             c.metrics_listen = std::move(address);
     }},
};

constexpr key_rule<config> hook_rules[] = {
    {"on_event", [](reader_t& in, value_t const& v, config& c) { in.read_argv(v, c.on_event); }},
};

void read_types(reader_t& in, value_t const& v, config& c)
{
    in.read_members(v, [&](std::string const& type, value_t const& table) {
        type_settings settings = c.defaults;
        read_type_settings(in, table, settings);
        c.types[type] = std::move(settings);
    });
}

constexpr key_rule<config> file_rules[] = {
    {"app", [](reader_t& in, value_t const& v, config& c) { in.read_table(v, app_rules, c); }},
    {"defaults", [](reader_t&, value_t const&, config&) {}}, // read before all others
    {"types", read_types},
    {"logs",
     [](reader_t& in, value_t const& v, config& c) { in.read_table(v, log_rules, c.logs); }},
    {"autoscale", [](reader_t& in, value_t const& v,
                     config& c) { in.read_table(v, autoscaler_rules, c.autoscale); }},
    {"front", [](reader_t& in, value_t const& v, config& c) { read_router(in, v, c.front); }},
    {"control",
     [](reader_t& in, value_t const& v, config& c) { in.read_table(v, control_rules, c); }},
    {"metrics",
     [](reader_t& in, value_t const& v, config& c) { in.read_table(v, metrics_rules, c); }, true},
    {"hooks", [](reader_t& in, value_t const& v, config& c) { in.read_table(v, hook_rules, c); },
     true},
};

} // namespace

type_settings const& config::of(std::string const& type) const
{
    auto const own = types.find(type);
    return own == types.end() ? defaults : own->second;
}

parsed_config parse_config(std::string_view text, std::string const& file)
{
    parsed_config result;
    parsed_toml const parsed = parse_toml(text, file);
    result.diagnostics = parsed.diagnostics;
    config_reader reader{file, result.value, result.diagnostics};
    // [defaults] is read first, wherever it stands in the file, because every [types.X] starts from
    // it.
    toml_value defaults;
    for (toml_member const& member : parsed.root.members)
        if (member.key == "defaults")
            defaults.members.push_back(member);
    constexpr key_rule<config> defaults_rule[] = {
        {"defaults",
         [](reader_t& in, value_t const& v, config& c) { read_type_settings(in, v, c.defaults); }}};
    reader.read_table(defaults, defaults_rule, result.value);
    reader.read_table(parsed.root, file_rules, result.value);

    std::vector<std::string_view> const lines = text::lines(text);
    for (diagnostic& d : result.diagnostics)
        d.secret = d.secret || may_hold_variables(lines, d.line);
    std::stable_sort(result.diagnostics.begin(), result.diagnostics.end(),
                     [](diagnostic const& a, diagnostic const& b) {
                         return std::pair{a.line, a.column} < std::pair{b.line, b.column};
                     });
    return result;
}

} // namespace procfile
