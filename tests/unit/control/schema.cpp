#include "tests/unit/control/schema.hpp"

#include "supervisor/core/log_line.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tests {

namespace json = boost::json;

namespace {

bool is_a(json::value const& v, std::string_view type)
{
    if (type == "integer")
        return v.is_int64() || v.is_uint64();
    if (type == "number")
        return v.is_number();
    return (type == "string" && v.is_string()) || (type == "boolean" && v.is_bool()) ||
           (type == "null" && v.is_null()) || (type == "object" && v.is_object()) ||
           (type == "array" && v.is_array());
}

bool has_type(json::value const& v, json::value const& types)
{
    if (auto const* one = types.if_string())
        return is_a(v, *one);
    auto const& all = types.as_array();
    return std::any_of(all.begin(), all.end(),
                       [&](auto const& type) { return is_a(v, type.as_string()); });
}

std::string object_error(json::object const& document, json::object const& schema,
                         json::object const& o, std::string const& path)
{
    if (auto const* required = schema.if_contains("required"))
        for (auto const& name : required->as_array())
            if (!o.contains(name.as_string()))
                return path + ": " + std::string(name.as_string()) + " is missing";
    auto const* properties = schema.if_contains("properties");
    auto const* others = schema.if_contains("additionalProperties");
    for (auto const& [name, value] : o) {
        auto const at = path + "." + std::string(name);
        auto const* known = properties ? properties->as_object().if_contains(name) : nullptr;
        if (!known && others && others->is_bool() && !others->as_bool())
            return at + " is not in the schema";
        if (!known && others && others->is_object())
            known = others;
        if (known)
            if (auto error = schema_error(document, known->as_object(), value, at); !error.empty())
                return error;
    }
    return {};
}

bool fits_one(json::object const& document, json::array const& schemas, json::value const& value)
{
    return std::count_if(schemas.begin(), schemas.end(), [&](auto const& each) {
               return schema_error(document, each.as_object(), value).empty();
           }) == 1;
}

} // namespace

std::string schema_error(json::object const& document, json::object const& schema,
                         json::value const& value, std::string const& path)
{
    if (auto const* to = schema.if_contains("$ref")) {
        auto const name = std::string_view(to->as_string()).substr(sizeof "#/components/schemas");
        auto const& schemas = document.at("components").at("schemas").as_object();
        return schema_error(document, schemas.at(name).as_object(), value, path);
    }
    if (auto const* schemas = schema.if_contains("oneOf"))
        return fits_one(document, schemas->as_array(), value) ? ""
                                                              : path + " fits none, or several";
    if (auto const* types = schema.if_contains("type"); types && !has_type(value, *types))
        return path + " is no " + json::serialize(*types) + ": " + json::serialize(value);
    if (auto const* allowed = schema.if_contains("enum")) {
        auto const& all = allowed->as_array();
        if (std::find(all.begin(), all.end(), value) == all.end())
            return path + " is none of " + json::serialize(*allowed);
    }
    if (schema.contains("format") && value.is_string() &&
        !core::parse_iso(std::string_view(value.as_string())))
        return path + " is no time";
    if (auto const* o = value.if_object())
        return object_error(document, schema, *o, path);
    auto const* items = schema.if_contains("items");
    auto const* array = value.if_array();
    for (std::size_t i = 0; items && array && i < array->size(); ++i) {
        auto error = schema_error(document, items->as_object(), (*array)[i],
                                  path + "[" + std::to_string(i) + "]");
        if (!error.empty())
            return error;
    }
    return {};
}

} // namespace tests
