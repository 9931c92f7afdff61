// As much of JSON Schema as openapi.json uses.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace tests {

// What is wrong with `value`, with the path to it; empty when nothing is.
std::string schema_error(boost::json::object const& document, boost::json::object const& schema,
                         boost::json::value const& value, std::string const& path = "$");

} // namespace tests
