// Reads the keys of a probe table: readiness, liveness or startup.
#pragma once

#include "procfile/config_reader.hpp"

namespace procfile {

// Reads a probe from its table and replaces `probe` by it. A table has exactly one of the keys
// http, tcp and exec. When it is refused, `probe` stays as it was.
void read_probe(config_reader& reader, toml_value const& table, probe_kind kind,
                std::optional<probe_settings>& probe);

} // namespace procfile
