// Boost.Process v2, compiled once. Header-only use of 1.81 leaves a member of process_environment
// out. The launcher's header includes what that version forgets, in the order it needs.
#include "supervisor/os/launcher.hpp"

#include <boost/process/v2/src.hpp>
