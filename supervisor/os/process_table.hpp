// The shared view of /proc: one snapshot, taken when somebody asks and kept until drop(), with
// procd's descendants sorted by the trees that they belong to.
#pragma once

#include "supervisor/os/process_snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace os {

// How the processes of one tree are recognised in a snapshot.
struct tree_mark {
    std::string id;   // the value of PROCD_ID
    int leader = -1;  // the pid of the main process, which is also the number of its group
    int session = -1; // its session: the same number, or another one where it does not lead it
};

// The descendants of procd in one snapshot. Other processes are not examined: they cannot belong to
// a tree, because orphans become procd's children.
class descendants {
public:
    // `ids` has the PROCD_ID of each process of the snapshot that descends from this process.
    descendants(process_snapshot snapshot, std::vector<bool> below, std::vector<std::string> ids);

    process_snapshot const& snapshot() const { return snapshot_; }
    // To which of the trees each process belongs: the index of the mark by the process's index in
    // the snapshot. Processes of no tree are left out. The cost depends on the size of these trees
    // only. A process is recognised by its PROCD_ID, by the session or by the group of the leader;
    // the descendants of such processes, and the rest of their sessions, belong to the same tree.
    std::unordered_map<std::size_t, std::size_t> owners(std::span<tree_mark const> trees) const;

private:
    using positions = std::unordered_map<int, std::vector<std::size_t>>;

    process_snapshot snapshot_;
    std::vector<std::string> ids_;
    std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
    positions by_parent_, by_session_, by_group_;
};

// Takes snapshots of the descendants, and remembers the environments that it has read.
class process_table {
public:
    // `taken` is called whenever a snapshot was taken. The owner then has to see to it that drop()
    // is called before anything is waited for.
    explicit process_table(std::function<void()> taken = [] {});

    // The descendants as of now, or as of the first call since the last drop().
    descendants const& look();
    // Forgets the snapshot, because a signal was sent or a process was reaped.
    void drop() { known_.reset(); }
    // Forgets the snapshot unless it was taken after the end of this child. The child has ended and
    // is not reaped. Its last children are missing in a snapshot from before its end.
    void need_after_end(int child);

private:
    // An environment is read once, and once more when the process has executed another program.
    struct read_environment {
        std::uint64_t start_time = 0, address = 0;
        std::string id; // the value of PROCD_ID
    };
    std::vector<std::string> ids_of(process_snapshot const& all, std::vector<bool> const& below);

    std::function<void()> taken_;
    std::optional<descendants> known_;
    std::vector<int> ended_; // the children that had ended before the snapshot, sorted
    std::unordered_map<int, read_environment> environments_; // by pid
};

} // namespace os
