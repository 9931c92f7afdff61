#include "supervisor/core/api_logs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include <exception>

namespace core::api {

namespace json = boost::json;

namespace {

log_files_view::process process_of(json::value const& v)
{
    return {json::value_to<std::string>(v.at("process")), v.at("inode").to_number<std::uint64_t>(),
            v.at("size").to_number<std::uint64_t>(), v.at("later").to_number<std::uint64_t>()};
}

} // namespace

json::value to_json(log_files_view const& v)
{
    json::array processes;
    for (auto const& p : v.processes)
        processes.push_back(json::object{
            {"process", p.name}, {"inode", p.inode}, {"size", p.size}, {"later", p.later}});
    json::object files{
        {"directory", nullptr}, {"time", iso_text_ms(v.time)}, {"processes", std::move(processes)}};
    if (v.directory)
        files["directory"] = *v.directory;
    return json::object{{"log_files", std::move(files)}};
}

std::optional<log_files_view> log_files_of(json::value const& line)
{
    try {
        auto const& files = line.at("log_files");
        log_files_view view;
        if (auto const& directory = files.at("directory"); !directory.is_null())
            view.directory = json::value_to<std::string>(directory);
        view.time = parse_iso(std::string_view(files.at("time").as_string())).value();
        for (auto const& p : files.at("processes").as_array())
            view.processes.push_back(process_of(p));
        return view;
    } catch (std::exception const&) { // it has not this form
        return std::nullopt;
    }
}

json::value past_end_json()
{
    return json::object{{"past", "end"}};
}

bool is_past_end(json::value const& line)
{
    return line == past_end_json();
}

} // namespace core::api
