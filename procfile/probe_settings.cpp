#include "procfile/probe_settings.hpp"

#include "procfile/text.hpp"

#include <limits>

namespace procfile {

namespace {

using reader_t = config_reader;
using value_t = toml_value;

constexpr std::int64_t any_count = std::numeric_limits<int>::max();

// A probe whose keys are being read.
struct draft {
    probe_settings probe;
    std::vector<std::string> actions; // the keys that name an action, in the order of the file
};

// A path has no blanks and no control bytes, because these would end the request line.
bool valid_path(std::string_view path)
{
    return path.substr(0, 1) == "/" && std::all_of(path.begin(), path.end(), [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
           });
}

bool valid_header(std::string_view name, std::string_view value)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return text::is_letter(c) || text::is_digit(c) ||
               std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
    }) && value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

// "has a value of 70000 bytes; at most 4096 are sent", or nothing when it is not too long. `part`
// is "a value of ", for example.
std::string too_long(std::string_view part, std::size_t size, std::size_t most = longest_probe_text)
{
    if (size <= most)
        return "";
    return "has " + std::string(part) + std::to_string(size) + " bytes; at most " +
           std::to_string(most) + " are sent";
}

std::string too_long_header(std::string_view name, std::string_view value)
{
    auto why = too_long("a name of ", name.size());
    return why.empty() ? too_long("a value of ", value.size()) : why;
}

// Reports an error where `why` says one.
bool refused(reader_t& in, value_t const& v, std::string const& why)
{
    return !why.empty() && !in.refuse(v, why);
}

// The bytes of the headers in the request, with ": " and the end of the line.
std::size_t size_of(std::vector<std::pair<std::string, std::string>> const& headers)
{
    std::size_t size = 0;
    for (auto const& [name, value] : headers)
        size += name.size() + value.size() + 4;
    return size;
}

std::string too_many(std::vector<std::pair<std::string, std::string>> const& headers)
{
    return too_long("", size_of(headers), longest_probe_headers);
}

void read_http(reader_t& in, value_t const& v, draft& d)
{
    d.actions.push_back("http");
    d.probe.action = probe_action::http;
    if (v.value_kind == value_t::kind::string && refused(in, v, too_long("", v.string.size())))
        return;
    in.read_fitting(v, d.probe.path, valid_path, "a path such as \"/healthz\"");
}

void read_tcp(reader_t& in, value_t const& v, draft& d)
{
    d.actions.push_back("tcp");
    d.probe.action = probe_action::tcp;
    bool wanted = true;
    if (in.read_boolean(v, wanted) && !wanted)
        in.refuse(v, "must be true, or left out");
}

void read_exec(reader_t& in, value_t const& v, draft& d)
{
    d.actions.push_back("exec");
    d.probe.action = probe_action::exec;
    std::string text;
    if (v.value_kind == value_t::kind::array)
        in.read_argv(v, d.probe.command);
    else if (v.value_kind != value_t::kind::string)
        in.is(v, value_t::kind::string, "a string or an array of strings");
    else if (in.read_string(v, text))
        d.probe.command = {"/bin/sh", "-c", text};
}

void read_headers(reader_t& in, value_t const& v, draft& d)
{
    in.read_members(v, [&](std::string const& name, value_t const& value) {
        if (!in.is(value, value_t::kind::string))
            return;
        if (refused(in, value, too_long_header(name, value.string)))
            return;
        if (valid_header(name, value.string))
            d.probe.headers.emplace_back(name, value.string);
        else
            in.refuse(value, "is no header of a request");
    });
    refused(in, v, too_many(d.probe.headers));
}

constexpr key_rule<draft> probe_rules[] = {
    {"http", read_http},
    {"tcp", read_tcp},
    {"exec", read_exec},
    {"headers", read_headers},
    {"port",
     [](reader_t& in, value_t const& v, draft& d) {
         in.read(&reader_t::read_integer<int>, v, d.probe.port, std::int64_t{1},
                 std::int64_t{65'535});
     }},
    {"initial_delay",
     [](reader_t& in, value_t const& v, draft& d) { in.read_duration(v, d.probe.initial_delay); }},
    {"period", [](reader_t& in, value_t const& v,
                  draft& d) { in.read_duration(v, d.probe.period, milliseconds{1}); }},
    {"timeout", [](reader_t& in, value_t const& v,
                   draft& d) { in.read_duration(v, d.probe.timeout, milliseconds{1}); }},
    {"success", [](reader_t& in, value_t const& v,
                   draft& d) { in.read_integer(v, d.probe.success, 1, any_count); }},
    {"failure", [](reader_t& in, value_t const& v,
                   draft& d) { in.read_integer(v, d.probe.failure, 1, any_count); }},
};

} // namespace

std::string_view to_string(probe_kind kind)
{
    switch (kind) {
    case probe_kind::readiness:
        return "readiness";
    case probe_kind::liveness:
        return "liveness";
    case probe_kind::startup:
        return "startup";
    }
    return "?";
}

std::string too_large(probe_settings const& probe)
{
    if (auto const why = too_long("", probe.path.size()); !why.empty())
        return "its path " + why;
    for (auto const& [name, value] : probe.headers)
        if (auto const why = too_long_header(name, value); !why.empty())
            return "its header " + name.substr(0, 40) + ' ' + why;
    auto const why = too_many(probe.headers);
    return why.empty() ? "" : "its table of headers " + why;
}

void read_probe(config_reader& reader, toml_value const& table, probe_kind kind,
                std::optional<probe_settings>& probe)
{
    draft d;
    reader.read_table(table, probe_rules, d);
    if (table.value_kind != value_t::kind::table)
        return;
    if (d.actions.size() != 1)
        reader.refuse(table, "needs one of http, tcp and exec" +
                                 std::string{d.actions.empty() ? "" : ", and one only"});
    else if (kind != probe_kind::readiness && d.probe.success != 1)
        reader.refuse(table, "success must be 1, except for readiness");
    else if (!d.probe.headers.empty() && d.probe.action != probe_action::http)
        reader.refuse(table, "headers are for http only");
    else if (d.probe.port && d.probe.action == probe_action::exec)
        reader.refuse(table, "port is for http and tcp only");
    else
        probe = std::move(d.probe);
}

parsed_probe parse_probe(toml_value const& table, probe_kind kind)
{
    parsed_probe result;
    config unused;
    std::string const name{to_string(kind)};
    config_reader reader{name, unused, result.diagnostics};
    read_probe(reader, table, kind, result.value);
    if (!result.diagnostics.empty())
        result.value.reset();
    return result;
}

} // namespace procfile
