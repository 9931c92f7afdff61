// The settings that procd takes when it starts. A reload leaves them as they are, and says so.
#pragma once

#include "procfile/port.hpp"

#include <optional>
#include <string>
#include <vector>

namespace core {

struct start_settings {
    std::string name;                         // of the app
    std::optional<std::string> log_directory; // [logs] directory
    int base_port = 5000;
    std::vector<std::string> port_order; // the types, as app_spec::port_order has them
};

// One sentence for each setting of the files that only the next start of procd applies, and one for
// the ports that move then: those of types that stand elsewhere in the Procfile now. `running` is
// what procd has started with, and `ports` the ports that it has given since.
std::vector<std::string> left_to_next_start(start_settings const& running,
                                            start_settings const& read, procfile::port_plan ports);

} // namespace core
