// How functions of this room report failure: by a value or the system's error, never by an
// exception.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cerrno>

namespace os {

using boost::system::error_code;

// A value, or an error of the system.
template <class T>
using result = boost::system::result<T>;

// The error in errno.
inline error_code last_error()
{
    return {errno, boost::system::system_category()};
}
// The error with this number.
inline error_code error_of(int number)
{
    return {number, boost::system::system_category()};
}

} // namespace os
