// One procd in which calls of a function fail, by the library of tests/faults. Nothing here fails
// the test, because runs are made in threads: whatever is wrong is a text.
#pragma once

#include "tests/fixtures/temp_dir.hpp"

#include <chrono>
#include <string>
#include <sys/types.h>

namespace test {

struct fault {
    // When calls begin to count.
    enum class counting { from_start, once_ready };
    // Which calls fail.
    enum class extent { one_call, all_from_there };
    // `there`: the app has a front port, which procd's router serves.
    enum class front { none, there };

    char const* function;
    int error;
    counting from = counting::from_start;
    extent calls = extent::one_call;
    front port = front::none;
};

// How one run has gone. Empty texts are good.
struct finding {
    bool hit = false;
    bool refused = false; // the fault cannot be made here
    int code = 0;         // the exit code of procd
    std::string wrong;
    std::string said; // by procd
};

class faulty_procd {
public:
    // Starts procd; the Nth call of the function fails.
    faulty_procd(fault which, long nth, int port);
    faulty_procd(faulty_procd const&) = delete;
    faulty_procd& operator=(faulty_procd const&) = delete;

    // Gives procd some work, stops it, and looks what is left.
    finding take();

private:
    void start(long nth, int port);
    bool ended();
    bool stop_within(std::chrono::seconds limit);
    void walk();
    std::string supervise();
    bool all_up();
    std::string look_for_remains();
    bool front_port_answers() const;
    std::string answer(std::string const& method, std::string const& target,
                       std::string const& body = "");

    fault which_;
    int front_; // the front port, if the app has one
    std::string mark_;
    tests::temp_dir root_;
    pid_t pid_ = -1;
    bool over_ = false;
    int code_ = 0;
};

} // namespace test
