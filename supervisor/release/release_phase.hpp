// The release phase: the command of the type `release`, run to its end before anything of a new
// release starts.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/process/errand.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace procd::process {
struct services;
}

namespace procd::release {

class release_phase {
public:
    explicit release_phase(process::services& with) : with_(with) {}

    // True when it succeeded, or there is none. At most one runs at a time.
    boost::asio::awaitable<bool> run(std::shared_ptr<app::content> of);
    // "release phase of v3" while one runs, else empty.
    std::string under_way() const { return running_ ? name_ : ""; }
    void cancel();

private:
    process::services& with_;
    std::shared_ptr<process::errand> running_;
    std::string name_;
    bool cancelled_ = false;
};

} // namespace procd::release
