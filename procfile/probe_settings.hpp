// The keys of a probe: readiness, liveness or startup.
#pragma once

#include "procfile/config_reader.hpp"

namespace procfile {

// Reads a probe in the place of the one in `probe`. It has exactly one of http, tcp and exec.
void read_probe(config_reader& reader, toml_value const& table, probe_kind kind,
                std::optional<probe_settings>& probe);

} // namespace procfile
