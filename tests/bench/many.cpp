// The cost of 500 processes beside 250. Without a cgroup only a pass over /proc tells which process
// belongs to which, and this pass must not be made once for each of them.
#include "tests/bench/figures.hpp"
#include "tests/bench/measurements.hpp"
#include "tests/bench/subject.hpp"

#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

struct costs {
    std::vector<double> listing, stop; // in milliseconds
};

// A listing with CPU and memory, as often as there are samples, and one stop.
costs costs_of(kind how, int count, int samples)
{
    subject s{how};
    s.start(s.sleepers(count));
    s.wait_for_reports(static_cast<std::size_t>(count));
    int const null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    costs found;
    for (int i = 0; i < samples; ++i) {
        auto const begin = clock::now();
        pid_t const pid = spawn({PROCCTL, "-s", s.socket(), "ps", "--wide"}, null, 2);
        int status = 0;
        ::waitpid(pid, &status, 0);
        if (status != 0)
            throw std::runtime_error{"procctl ps failed"};
        found.listing.push_back(milliseconds{clock::now() - begin}.count());
    }
    ::close(null);
    found.stop.assign(static_cast<std::size_t>(samples), s.stop().count());
    return found;
}

void print_ratio(std::string name, std::vector<double> const& more, std::vector<double> const& less)
{
    figure f{.name = std::move(name), .unit = "ms", .decimals = 1, .ratio_at_most = 2.5};
    for (std::size_t i = 0; i < more.size(); ++i)
        f.pairs.push_back({more[i], less[i]});
    print(f);
}

} // namespace

void many(int samples)
{
    for (auto const how : {kind::procd, kind::procd_plain}) {
        std::string const where = how == kind::procd ? "" : ", without a cgroup";
        auto const less = costs_of(how, 250, samples);
        auto const more = costs_of(how, 500, samples);
        print_ratio("ps --wide of 500 to 250" + where, more.listing, less.listing);
        print_ratio("stop of 500 to 250" + where, more.stop, less.stop);
    }
}

} // namespace bench
