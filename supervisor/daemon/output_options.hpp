// Options and settings as the output room takes them.
#pragma once

#include "supervisor/app/application.hpp"
#include "supervisor/app/options.hpp"
#include "supervisor/output/hub.hpp"

namespace procd::daemon {

class premises;

output::options output_of(app::options const& given, app::application const& app,
                          premises const& place);

} // namespace procd::daemon
