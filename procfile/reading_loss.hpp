// The lines and files that a new reading of an app would lose and the last reading had. Most often
// the person who has edited them has made a slip.
#pragma once

#include "procfile/app_spec.hpp"

#include <vector>

namespace procfile {

// The warnings of `after` about lines for which the last reading, `before`, had none: lines that
// are skipped, or that are most likely a slip. Then a finding for each file that was read before
// and is not there any more. Files that are not read because of another one, such as a Dockerfile
// beside a Procfile, are no loss, and a package.json that is gone leaves no type, which is an error
// anyway.
std::vector<diagnostic> reading_loss(app_files const& before, app_files const& after);

} // namespace procfile
