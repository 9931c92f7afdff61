#include "supervisor/front/refusal.hpp"

#include <stdexcept>

namespace procd::front {

void throw_exception_from_error(refusal const& r, boost::source_location const&)
{
    throw std::runtime_error(r.why);
}

} // namespace procd::front
