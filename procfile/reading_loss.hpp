// What a new reading of an app's files would lose that the last reading had: most often a slip of
// the person who has edited them.
#pragma once

#include "procfile/app_spec.hpp"

#include <vector>

namespace procfile {

// The warnings about lines of `after` that the last reading, `before`, did not have already for the
// same line; and a finding for each file that was read before and is not there any more. Files that
// are not read because of another one, such as a Dockerfile beside a Procfile, are no loss.
std::vector<diagnostic> reading_loss(app_files const& before, app_files const& after);

} // namespace procfile
