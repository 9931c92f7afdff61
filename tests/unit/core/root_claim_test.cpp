#include "supervisor/core/root_claim.hpp"
#include "tests/fixtures/catch.hpp"

using verdict = core::claim_answer::verdict;
using lock = core::root_claim::lock;

namespace {

constexpr unsigned me = 1000, root = 0, stranger = 1001;

core::root_claim busy(core::root_holder holder)
{
    core::root_claim seen;
    seen.state = lock::busy;
    seen.root = "/srv/shop";
    seen.holder = std::move(holder);
    seen.own_uid = me;
    seen.own_command = "procd-0.3";
    return seen;
}

} // namespace

TEST_CASE("A root that could be locked is no reason to say anything")
{
    core::root_claim seen;
    seen.state = lock::taken;
    auto const answer = core::judge(seen);
    CHECK(answer.then == verdict::go_on);
    CHECK(answer.message.empty());
}

TEST_CASE("Only a procd of ours or of root is a reason to refuse")
{
    for (auto const uid : {me, root, stranger})
        for (auto const* command : {"procd", "procd-0.3", "procd-guardian", "flock", ""})
            for (int const pid : {0, 4711}) {
                CAPTURE(uid, command, pid);
                bool const procd =
                    command == std::string("procd") || command == std::string("procd-0.3");
                bool const refused = pid != 0 && uid != stranger && procd;
                auto const answer = core::judge(busy({pid, uid, command}));
                CHECK(answer.then == (refused ? verdict::refuse : verdict::warn));
                bool const names_it = answer.message.find("4711") != std::string::npos;
                CHECK(names_it == (pid != 0));
                CHECK(answer.message.find("/srv/shop") != std::string::npos);
            }
}

TEST_CASE("What is said of a locked root names the holder and the remedy")
{
    CHECK(core::judge(busy({4711, me, "procd"})).message ==
          "another procd (pid 4711) runs in /srv/shop already; use procctl to talk to it, or end "
          "it with 'procctl shutdown'; a second app in the same root needs a name of its own (-a) "
          "and a state directory of its own (STATE_DIRECTORY)");
    CHECK(core::judge(busy({4711, stranger, "flock"})).message ==
          "warning: /srv/shop is locked by pid 4711 (flock) of user 1001, which is no procd of "
          "yours; if another procd runs there, the app runs twice");
    CHECK(core::judge(busy({})).message ==
          "warning: /srv/shop is locked by a process that cannot be seen from here, which is no "
          "procd of yours; if another procd runs there, the app runs twice");
}

TEST_CASE("A root that cannot be locked is a warning with the reason")
{
    core::root_claim seen;
    seen.state = lock::impossible;
    seen.root = "/mnt/nfs";
    seen.failure = "Bad file descriptor";
    auto const answer = core::judge(seen);
    CHECK(answer.then == verdict::warn);
    CHECK(answer.message == "warning: /mnt/nfs cannot be locked (Bad file descriptor), so a second "
                            "procd in it may not be noticed");
}
