#include "supervisor/os/guardian.hpp"

#include "supervisor/os/guardian_watch.hpp"

#include <algorithm>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace os {

result<guardian> guardian::start(guardian_settings const& settings)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return last_error();
    unique_fd ours{ends[1]};
    unique_fd const theirs{ends[0]};
    unique_fd cgroup;
    if (!settings.cgroup_path.empty()) {
        cgroup.reset(::open(settings.cgroup_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!cgroup)
            return last_error();
    }
    void* const shared = ::mmap(nullptr, sizeof(session_table), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return last_error();
    // The pages of zeros are a valid table. Constructing the entries would touch every page.
    auto* const table = static_cast<session_table*>(shared);
    pid_t const pid = ::fork();
    if (pid < 0) {
        auto const ec = last_error();
        ::munmap(shared, sizeof(session_table));
        return ec;
    }
    if (pid == 0)
        stand_guard({settings, *table, theirs.get(), cgroup.get()});

    guardian started;
    started.pid_ = pid;
    started.pipe_ = std::move(ours);
    started.table_ = table;
    return started;
}

guardian::guardian(guardian&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pipe_(std::move(other.pipe_)),
      table_(std::exchange(other.table_, nullptr))
{
}

guardian& guardian::operator=(guardian&& other) noexcept
{
    std::swap(pid_, other.pid_);
    std::swap(pipe_, other.pipe_);
    std::swap(table_, other.table_);
    return *this;
}

guardian::~guardian()
{
    pipe_.reset(); // wakes the guardian
    if (table_ != nullptr)
        ::munmap(table_, sizeof(session_table));
}

void guardian::dismiss()
{
    if (table_ != nullptr)
        table_->dismissed.store(true);
    pipe_.reset();
}

void guardian::add_session(int pid, std::uint64_t start_time)
{
    if (table_ != nullptr)
        table_->add(pid, start_time);
}

void guardian::remove_session(int pid)
{
    if (table_ != nullptr)
        table_->remove(pid);
}

} // namespace os
