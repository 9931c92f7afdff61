// The start of `procd serve` when the files of the app cannot be used: the release that ran last.
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <optional>

namespace procd::daemon {

// The app of the release that ran when procd ended, as the state directory has it. Nothing is
// changed on the disk. Nothing is returned when no release was kept, or when the kept one cannot be
// run any more, which is reported on stderr.
std::optional<app::loaded> load_kept_release(app::options const& given);

} // namespace procd::daemon
