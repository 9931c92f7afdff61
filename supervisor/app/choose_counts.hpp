// Chooses how many processes of each type a start has.
#pragma once

#include "supervisor/app/loader.hpp"
#include "supervisor/app/options.hpp"

#include <boost/system/result.hpp>

namespace procd::app {

// Takes the counts from -m, else from `count` of procd.toml, else from the verb. Types given as
// words (`web`, `web=2`) run alone, and -x takes types away. Types that are off, and those that a
// type starts after without their being run, are named in the notes. The error names a word that is
// no type, and the nearest type, verb, or word known from other tools.
boost::system::result<void, load_error> choose_counts(options given, loaded& seen, verb started_as,
                                                      occasion when);

} // namespace procd::app
