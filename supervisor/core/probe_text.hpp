// Probes and sizes in the platform's words, as `ps:describe` and `pts:describe` print them.
#pragma once

#include "procfile/config.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace core {

// One probe: "http-get headers=[] path=/geo/ port=8000 delay=120s timeout=10s period=20s #success=1
// #failure=3", "tcp-socket port=5000 …" or "exec [cmd arg] …". "$PORT" stands for the process's own
// port. Values of headers are left out.
std::string probe_text(procfile::probe_settings const& probe);

// A size in its largest unit that gives a whole number: "512", "64Ki", "1Gi".
std::string size_text(std::uint64_t bytes);
// A number of cores without superfluous digits: "1", "0.5", "0.025".
std::string cores_text(double cores);

} // namespace core
