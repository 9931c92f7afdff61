// How this room reports failure: a value or the system's error, never an exception.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cerrno>

namespace os {

using boost::system::error_code;

template <class T>
using result = boost::system::result<T>;

inline error_code last_error()
{
    return {errno, boost::system::system_category()};
}
inline error_code error_of(int number)
{
    return {number, boost::system::system_category()};
}

} // namespace os
