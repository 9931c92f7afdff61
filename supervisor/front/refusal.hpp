// The answer to a message that the router does not pass on.
#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace procd::front {

// `status` is 400, 405, 408, 413 or 431 for a request, and 502 for a response. `why` names the
// rule, in lower case: "two Content-Length fields".
struct refusal {
    int status = 400;
    std::string why;

    bool operator==(refusal const&) const = default;
};
// Lets judged::value() throw the refusal as an exception.
[[noreturn]] void throw_exception_from_error(refusal const& r, boost::source_location const& where);

template <class T>
using judged = boost::system::result<T, refusal>;

} // namespace procd::front
