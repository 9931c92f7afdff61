// The part of JSON Schema that openapi.json uses.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace tests {

// The first error of `value` with the path to it; empty when the value fits.
std::string schema_error(boost::json::object const& document, boost::json::object const& schema,
                         boost::json::value const& value, std::string const& path = "$");

} // namespace tests
