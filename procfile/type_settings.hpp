// The keys of [types.X] and [defaults].
#pragma once

#include "procfile/config_reader.hpp"

namespace procfile {

// Puts what the table says over what `settings` holds. Tables in it (backoff, limits, rollout, env)
// are merged key by key, a probe or autoscale rule is replaced whole.
void read_type_settings(config_reader& reader, toml_value const& table, type_settings& settings);

// "0.0.0.0:8080", "[::]:8080", ":8080", "localhost:8080".
bool valid_address(std::string_view text);

} // namespace procfile
