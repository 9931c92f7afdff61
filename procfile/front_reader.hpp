// Reads the keys of the front port: those of [types.X], one function for each, and the table
// [front].
#pragma once

#include "procfile/config_reader.hpp"

namespace procfile {

// An address, or an array of them. They replace the earlier ones.
void read_listen(config_reader& reader, toml_value const& value, type_settings& settings);
void read_protocol(config_reader& reader, toml_value const& value, type_settings& settings);
void read_share(config_reader& reader, toml_value const& value, type_settings& settings);
void read_concurrency(config_reader& reader, toml_value const& value, type_settings& settings);
void read_queue(config_reader& reader, toml_value const& value, type_settings& settings);
// An array of host names. They replace the earlier ones.
void read_hosts(config_reader& reader, toml_value const& value, type_settings& settings);

// The table [front].
void read_router(config_reader& reader, toml_value const& table, router_settings& settings);

} // namespace procfile
