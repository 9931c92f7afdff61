// The end of procd after an internal error.
#pragma once

namespace procd::output {
class hub;
}

namespace procd::daemon {

// Ends procd because of the exception that is being handled, which nobody has caught. Destructors
// are not run: they would act on processes that the guardian is about to end. Memory may be short,
// so the words may fail as well.
[[noreturn]] void fail(output::hub& hub) noexcept;

} // namespace procd::daemon
