// Compiles Boost.Process v2 once. If Boost 1.81 is used header-only, a member of
// process_environment is missing. launcher.hpp includes, in the right order, the headers that this
// version forgets.
#include "supervisor/os/launcher.hpp"

#include <boost/process/v2/src.hpp>
