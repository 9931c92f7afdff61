// Probes and sizes in the platform's words, as `pts:describe` prints them.
#pragma once

#include "procfile/config.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace core {

// "http-get headers=[] path=/geo/ port=8000 delay=120s timeout=10s period=20s #success=1
// #failure=3", "tcp-socket port=5000 …", "exec [cmd arg] …"; "$PORT" where the process's own is
// meant.
std::string probe_text(procfile::probe_settings const& probe);

// "512", "64Ki", "1Gi": the largest unit that makes it whole.
std::string size_text(std::uint64_t bytes);
// "1", "0.5", "0.025": cores without superfluous digits.
std::string cores_text(double cores);

} // namespace core
