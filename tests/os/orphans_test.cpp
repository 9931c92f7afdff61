// Tests against the real kernel, in a child that is a subreaper.
#include "supervisor/os/orphans.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/os/children.hpp"

#include <set>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

namespace {

// A child is known from its start until it is reaped.
struct family {
    std::set<int> known;
    os::orphans orphans{[this](int pid) { return known.contains(pid); }};

    int add(std::vector<std::string> words)
    {
        auto child = os::launch(test::puppet(std::move(words)));
        if (!child)
            return -1;
        output = std::move(child->output); // only the output of the last child is kept
        known.insert(child->pid);
        return child->pid;
    }
    bool may_be_of(int pid)
    {
        bool const may = orphans.may_be_of(pid);
        os::reap(pid);
        known.erase(pid);
        return may;
    }
    bool ended(int pid)
    {
        return test::eventually([&] { return os::peek_ended_child(pid).has_value(); });
    }
    os::unique_fd output;
};

} // namespace

TEST_CASE("those that ended alone or together have left nothing", "[orphans]")
{
    CHECK(test::in_child(test::as::this_user, [] {
              family f;
              std::vector<int> pids;
              for (int i = 0; i < 6; ++i)
                  pids.push_back(f.add({"exit", "0"}));
              int const alive = f.add({"sleep"});
              for (int const pid : pids)
                  if (!f.ended(pid))
                      return std::string("it did not end");
              for (int const pid : pids)
                  if (f.may_be_of(pid))
                      return std::string("orphans are seen");
              f.orphans.forget();
              ::kill(alive, SIGKILL);
              if (!f.ended(alive) || f.may_be_of(alive))
                  return std::string("orphans are seen of the last");
              return std::string{};
          }) == "");
}

TEST_CASE("one that ends later than the look is looked at again", "[orphans]")
{
    CHECK(test::in_child(test::as::this_user, [] {
              family f;
              std::vector<int> pids;
              for (int i = 0; i < 3; ++i)
                  pids.push_back(f.add({"exit", "0"}));
              int const parent = f.add({"fork", "sleep"}); // the child of this process outlives it
              for (int const pid : pids)
                  if (!f.ended(pid))
                      return std::string("it did not end");
              for (int const pid : pids) // the second look answers for all three
                  if (f.may_be_of(pid))
                      return std::string("orphans are seen while there are none");
              test::read_until(f.output.get(), "ready"); // the child prints this
              ::kill(parent, SIGKILL);
              if (!f.ended(parent))
                  return std::string("the parent did not end");
              bool const may = f.may_be_of(parent);
              for (int const pid : os::own_children()) {
                  ::kill(pid, SIGKILL);
                  test::end_of(pid);
              }
              return std::string(may ? "" : "its orphan is not seen");
          }) == "");
}
