// Which processes get requests from the front port. A process is in rotation while it is up and
// ready and nobody wants it to end. One that has left the rotation is in use until the router says
// that no request is in flight to it any more. Until then a stop waits, for the drain time.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace procd::process {
class slot;
}

namespace procd::formation {

class formation;
struct type;

// Tells whether the front port sends the type's requests or connections to its processes.
bool is_fronted(type const& t);

class rotation {
public:
    struct member {
        int id = 0; // of this incarnation, never used again
        std::string name, type;
        int port = 0;
        bool in_rotation = false;
        bool operator==(member const&) const = default;
    };

    // Looks at all slots of fronted types, and at those in use whose type is fronted no longer.
    // True: the members have changed, and the router has to be told as of picture `next`.
    bool look(formation const& all, std::uint64_t next);
    std::vector<member> const& members() const { return members_; }
    // The router's word: no request is in flight to these, as of a picture.
    void idle(formation const& all, std::uint64_t picture, std::vector<int> const& ids);
    // The router is gone, and its requests with it: nothing is in use until look() is called with a
    // new one.
    void lost(formation const& all);

private:
    struct place {
        int id = 0;
        bool in_rotation = false;
        std::uint64_t out_since = 0; // the picture that took it out
    };
    // A slot's name with the number of its incarnation.
    using incarnation_key = std::pair<std::string, std::uint64_t>;

    bool finishes(process::slot const& s) const;
    void look_at(type const& of, process::slot& slot, std::uint64_t next,
                 std::set<incarnation_key>& there, std::vector<member>& found);

    std::map<incarnation_key, place> places_;
    std::vector<member> members_;
    int last_id_ = 0;
};

} // namespace procd::formation
