// The files that are to be written to the state directory, and when each of them is tried. A file
// that could not be written goes back into the queue.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace core {

class write_queue {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds first_delay{250};
    static constexpr std::chrono::milliseconds longest_delay{5000};

    // A state names releases. So releases are written before a state, and files are removed after
    // it.
    enum class kind { release, state };
    struct file {
        std::string name;
        kind of = kind::state;
        std::optional<std::string> content; // absent: the file is to be removed
        bool operator==(file const&) const = default;
    };

    // Asks for a file. A newer content replaces an older one of the same name. The next attempt is
    // due at once, also after a failure. Returns a ticket, which is one more than the last.
    std::uint64_t want(file f);
    // The ticket of the last call of want(), 0 before.
    std::uint64_t asked() const { return asked_; }

    // When the next attempt is due. Absent: nothing waits, or an attempt is under way.
    std::optional<time_point> due() const;
    // Takes all files that wait, in the order in which they have to be written. The writer stops at
    // the first failure and calls over(), also when an exception has kept it from writing. Until
    // then the attempt is under way.
    std::vector<file> take();
    // The attempt has ended: the first `written` files are on the disk, the others go back.
    // `failure` says why, and is empty if there are no others.
    void over(std::size_t written, std::string failure, time_point now);

    // How far the writing of everything up to a ticket is. `owed`: an attempt has failed, and
    // there will be another one.
    enum class standing { waiting, on_disk, owed };
    standing of(std::uint64_t ticket) const;
    // Why the last attempt failed; empty if it did not.
    std::string const& failure() const { return failure_; }

private:
    std::map<std::string, file> waiting_;
    std::vector<file> under_way_;
    std::uint64_t asked_ = 0, taken_ = 0, tried_ = 0, written_ = 0;
    std::string failure_;
    std::chrono::milliseconds delay_ = first_delay;
    time_point due_{};
    bool busy_ = false;
};

} // namespace core
