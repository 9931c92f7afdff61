// Writes values as JSON and reads the fields of JSON objects, for the functions of api.hpp and of
// the api_ headers that it includes. Only for those.
#pragma once

#include "supervisor/core/api_bytes.hpp"
#include "supervisor/core/log_line.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::api {

struct autoscale_view;
struct change_view;
struct decision_view;
struct release_detail;
struct release_plan;
struct release_view;
struct router_view;
struct routing_view;

// Values as JSON.
namespace writing {

// A string for JSON. The bytes may come from a file or a path.
inline boost::json::string text(std::string const& bytes)
{
    return boost::json::string(valid_utf8(bytes));
}

template <class T>
boost::json::value plain(T const& value)
{
    return boost::json::value(value);
}
inline boost::json::value plain(std::string const& value)
{
    return text(value);
}
inline boost::json::value plain(wall_time const& time)
{
    return boost::json::value(iso_text(time));
}

template <class T>
boost::json::value or_null(std::optional<T> const& value)
{
    return value ? plain(*value) : boost::json::value(nullptr);
}

inline boost::json::array strings(std::vector<std::string> const& texts)
{
    boost::json::array array;
    array.reserve(texts.size());
    for (auto const& one : texts)
        array.emplace_back(text(one));
    return array;
}

} // namespace writing

namespace reading {

// Carries the name of a field that is missing or wrong. It is thrown and caught inside from_json().
struct bad_field {
    std::string name;
};

inline void convert(boost::json::value const& v, std::string& to)
{
    to = v.as_string();
}
inline void convert(boost::json::value const& v, bool& to)
{
    to = v.as_bool();
}
inline void convert(boost::json::value const& v, std::uint64_t& to)
{
    to = v.to_number<std::uint64_t>();
}
inline void convert(boost::json::value const& v, double& to)
{
    to = v.to_number<double>();
}
inline void convert(boost::json::value const& v, int& to)
{
    to = v.to_number<int>();
}
inline void convert(boost::json::value const& v, wall_time& to)
{
    auto const time = parse_iso(std::string_view(v.as_string()));
    if (!time)
        throw bad_field{};
    to = *time;
}
inline void convert(boost::json::value const& v, boost::json::object& to)
{
    to = v.as_object();
}

// Reads the fields of one object. A required field that is missing throws bad_field.
class fields {
public:
    explicit fields(boost::json::object const& from) : from_(from) {}

    template <class T>
    void need(std::string_view name, T& to) const
    {
        auto const* v = from_.if_contains(name);
        if (!v)
            throw bad_field{std::string(name)};
        read(name, *v, to);
    }
    template <class T>
    void may(std::string_view name, std::optional<T>& to) const
    {
        auto const* v = from_.if_contains(name);
        if (v && !v->is_null())
            read(name, *v, to.emplace());
    }
    template <class Each>
    void list(std::string_view name, Each each) const
    {
        auto const* v = from_.if_contains(name);
        auto const* array = v ? v->if_array() : nullptr;
        if (!array)
            throw bad_field{std::string(name)};
        for (auto const& item : *array)
            each(item);
    }
    bool has(std::string_view name) const { return from_.contains(name); }
    boost::json::object const* object(std::string_view name) const
    {
        auto const* v = from_.if_contains(name);
        return v ? v->if_object() : nullptr;
    }

private:
    template <class T>
    static void read(std::string_view name, boost::json::value const& v, T& to)
    {
        try {
            convert(v, to);
        } catch (...) {
            throw bad_field{std::string(name)};
        }
    }
    boost::json::object const& from_;
};

inline void read_strings(fields const& f, std::string_view name, std::vector<std::string>& to)
{
    f.list(name, [&](boost::json::value const& v) {
        if (!v.is_string())
            throw bad_field{std::string(name)};
        convert(v, to.emplace_back());
    });
}

// In api_routing.cpp.
void read(fields const& f, routing_view& v);
void read(fields const& f, router_view& v);
// In api_releases.cpp.
void read(fields const& f, change_view& c);
void read(fields const& f, release_view& r);
void read(fields const& f, release_detail& d);
void read(fields const& f, release_plan& p);
// In api_autoscale.cpp.
void read(fields const& f, autoscale_view& a);
void read(fields const& f, decision_view& d);

template <class T>
void read_objects(fields const& f, std::string_view name, std::vector<T>& to)
{
    f.list(name, [&](boost::json::value const& v) {
        if (!v.is_object())
            throw bad_field{std::string(name)};
        read(fields(v.get_object()), to.emplace_back());
    });
}

} // namespace reading
} // namespace core::api
