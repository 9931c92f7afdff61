// Judges an attempt to lock the root of an app: may this procd run there?
#pragma once

#include <string>

namespace core {

// The process that has locked the root, as far as it can be seen from here.
struct root_holder {
    int pid = 0; // 0: it cannot be seen, for example because it is in another container
    unsigned uid = 0;
    std::string command; // its name as ps shows it
};

// The facts about an attempt.
struct root_claim {
    enum class lock { taken, busy, impossible };
    lock state = lock::impossible;
    std::string root;
    root_holder holder;  // busy
    std::string failure; // impossible: the reason
    unsigned own_uid = 0;
    std::string own_command; // of this procd; it may have been renamed
};

struct claim_answer {
    enum class verdict { go_on, warn, refuse };
    verdict then = verdict::go_on;
    std::string message; // for the user; empty with go_on
};

// A procd of this user or of root that holds the lock is a reason to refuse. Any other holder is
// not, because every user who may read the directory can lock it: that, and a lock that cannot be
// taken, are warnings.
claim_answer judge(root_claim const& seen);

} // namespace core
