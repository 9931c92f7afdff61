// Reads the keys of [types.X] and [defaults].
#pragma once

#include "procfile/config_reader.hpp"

namespace procfile {

// Reads a table into the settings of a type. The keys of the table replace the settings of the same
// name. The tables backoff, limits, rollout and env are merged key by key. A probe or an autoscale
// rule replaces the earlier one as a whole.
void read_type_settings(config_reader& reader, toml_value const& table, type_settings& settings);

} // namespace procfile
