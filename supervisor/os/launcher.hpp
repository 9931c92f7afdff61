// procd's launcher for Boost.Process v2, in the form of its launcher extension point. It adds what
// the library's own launchers do not do: session, terminal, user, limits, signals, cgroup, and a
// report that names the step that failed. The library's initializers (process_stdio,
// process_start_dir and so on) work with it. This header is expensive to compile, so only
// launch.cpp and the launcher's test include it.
#pragma once

// Process v2 of Boost 1.81 does not include these headers when it uses std::filesystem.
#include <boost/optional.hpp>
#include <boost/type_traits.hpp>

#include <memory>
#include <optional>
#ifndef BOOST_PROCESS_USE_STD_FS
#define BOOST_PROCESS_USE_STD_FS 1
#endif

#include "supervisor/core/exit_status.hpp"
#include "supervisor/os/child_setup.hpp"
#include "supervisor/os/clone.hpp"
#include "supervisor/os/given_sockets.hpp"
#include "supervisor/os/launch.hpp"

#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/start_dir.hpp>
#include <boost/process/v2/stdio.hpp>

#include <filesystem>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace os {

namespace process_v2 = boost::process::v2;

// The paths to try for a command, in the order of PATH in `environment`. If the command has a
// slash, it is the only one.
std::vector<std::string> executable_candidates(std::string const& command,
                                               char const* const* environment);
// A status pipe: its read end, non-blocking, and its write end, whose number is `lowest` or above.
result<std::pair<unique_fd, unique_fd>> open_status_pipe(int lowest);
// Waits until the command is executed or has failed. In the latter case it reaps the child and
// returns the failure; otherwise the result's `error` is 0.
core::never_started wait_for_exec(int status_fd, int pid);

// Starts one process.
class launcher : public process_v2::posix::default_launcher {
public:
    // Inputs, to be set before the launch. Pointers are borrowed until the launch returns.
    int terminal_fd = -1; // becomes the controlling terminal
    session_place session = session_place::leader;
    int cgroup_fd = -1; // the leaf in which the child starts
    std::optional<unsigned> umask;
    std::optional<descriptor_limits> open_files;
    user_identity const* user = nullptr;
    given_sockets* sockets = nullptr; // their variables are in `env`

    // Results of the launch.
    bool in_cgroup = false;
    int session_number = -1;
    unique_fd status; // for read_launch_status()

    // The extension point of Boost.Process. It waits until the command has been executed. If the
    // child fails before that, it is reaped; its error is in `ec`, and its stage in failure().
    template <class Executor, class Args, class... Inits>
    auto operator()(Executor executor, process_v2::error_code& ec,
                    std::filesystem::path const& executable, Args&& args, Inits&&... inits)
        -> std::enable_if_t<boost::asio::execution::is_executor<Executor>::value ||
                                boost::asio::is_executor<Executor>::value,
                            process_v2::basic_process<Executor>>
    {
        failure_ = start(executable, std::forward<Args>(args), inits...);
        if (failure_.error == 0)
            failure_ = wait_for_exec(status.get(), pid);
        status.reset();
        ec = error_of(failure_.error);
        if (ec) {
            (call_on_error(executable, ec, inits), ...);
            return process_v2::basic_process<Executor>(executor);
        }
        return process_v2::basic_process<Executor>(executor, pid);
    }

    template <class Context, class Args, class... Inits>
    auto operator()(Context& context, process_v2::error_code& ec,
                    std::filesystem::path const& executable, Args&& args, Inits&&... inits)
        -> std::enable_if_t<std::is_convertible_v<Context&, boost::asio::execution_context&>,
                            process_v2::basic_process<typename Context::executor_type>>
    {
        return (*this)(context.get_executor(), ec, executable, std::forward<Args>(args),
                       std::forward<Inits>(inits)...);
    }

    // Creates the child and returns without waiting for the exec, whose result comes through
    // `status`. The result's `error` is 0 if there is a child.
    template <class Args, class... Inits>
    core::never_started start(std::filesystem::path const& executable, Args&& args,
                              Inits&&... inits)
    {
        char const* const* argv = this->build_argv_(executable, std::forward<Args>(args));
        core::never_started failed;
        ((failed.error == 0 ? static_cast<void>(failed = set_up(executable, argv, inits))
                            : static_cast<void>(0)),
         ...);
        if (failed.error != 0)
            return failed;
        auto pipe = open_status_pipe(sockets != nullptr ? sockets->lowest_free() : 0);
        if (!pipe)
            return {"pipe", pipe.error().value(), ""};
        status = std::move(pipe->first);

        child_hooks<Inits...> hooks{*this, executable, argv, std::tie(inits...)};
        std::vector<std::string> const paths = executable_candidates(executable.native(), env);
        std::vector<char const*> candidates;
        candidates.reserve(paths.size() + 1);
        for (auto const& path : paths)
            candidates.push_back(path.c_str());
        candidates.push_back(nullptr);
        failed = fork_child(prepared(pipe->second.get(), argv, candidates, hooks));
        pipe->second.reset();
        if (failed.error == 0 && session == session_place::without_leader)
            failed = await_process();
        if (failed.error == 0)
            (call_on_success(executable, argv, inits), ...);
        else
            (call_on_fork_error(executable, argv, error_of(failed.error), inits), ...);
        return failed;
    }

    // The failure of the last launch by the extension point.
    core::never_started const& failure() const { return failure_; }

private:
    // The initializers' steps between fork and exec, in the form of child_setup's hooks.
    template <class... Inits>
    struct child_hooks {
        launcher& self;
        std::filesystem::path const& executable;
        char const* const* argv;
        std::tuple<Inits&...> inits;

        static child_failure run(void* context)
        {
            auto& hooks = *static_cast<child_hooks*>(context);
            child_failure failure;
            std::apply(
                [&](auto&... init) {
                    ((failure.error == 0 ? static_cast<void>(failure = hooks.one(init))
                                         : static_cast<void>(0)),
                     ...);
                },
                hooks.inits);
            return failure;
        }
        template <class Init>
        child_failure one(Init& init)
        {
            if constexpr (requires { init.on_exec_setup(self, executable, argv); })
                return {stage_of<Init>(), init.on_exec_setup(self, executable, argv).value(),
                        detail_of(init)};
            else
                return {};
        }
        static void failed(void* context, int error)
        {
            auto& hooks = *static_cast<child_hooks*>(context);
            std::apply([&](auto&... init) { (hooks.tell(init, error_of(error)), ...); },
                       hooks.inits);
        }
        template <class Init>
        void tell(Init& init, process_v2::error_code const& ec)
        {
            if constexpr (requires { init.on_exec_error(self, executable, argv, ec); })
                init.on_exec_error(self, executable, argv, ec);
        }
    };

    template <class Init>
    static constexpr stage stage_of()
    {
        using type = std::remove_cvref_t<Init>;
        if constexpr (std::is_same_v<type, process_v2::process_stdio>)
            return stage::stdio;
        else if constexpr (std::is_same_v<type, process_v2::process_start_dir>)
            return stage::chdir;
        else if constexpr (std::is_same_v<type, process_v2::process_environment>)
            return stage::environment;
        else
            return stage::setup;
    }
    template <class Init>
    static char const* detail_of(Init const& init)
    {
        if constexpr (std::is_same_v<Init, process_v2::process_start_dir>)
            return init.start_dir.c_str();
        else
            return "";
    }
    template <class Init>
    core::never_started set_up(std::filesystem::path const& executable, char const* const*& argv,
                               Init& init)
    {
        if constexpr (requires { init.on_setup(*this, executable, argv); })
            if (process_v2::error_code const ec = init.on_setup(*this, executable, argv))
                return {to_string(stage_of<Init>()), ec.value(), detail_of(init)};
        return {};
    }
    template <class Init>
    void call_on_success(std::filesystem::path const& executable, char const* const*& argv,
                         Init& init)
    {
        if constexpr (requires { init.on_fork_success(*this, executable, argv); })
            init.on_fork_success(*this, executable, argv);
        if constexpr (requires { init.on_success(*this, executable, argv); })
            init.on_success(*this, executable, argv);
    }
    template <class Init>
    void call_on_fork_error(std::filesystem::path const& executable, char const* const*& argv,
                            process_v2::error_code const& ec, Init& init)
    {
        if constexpr (requires { init.on_fork_error(*this, executable, argv, ec); })
            init.on_fork_error(*this, executable, argv, ec);
    }
    template <class Init>
    void call_on_error(std::filesystem::path const& executable, process_v2::error_code const& ec,
                       Init& init)
    {
        char const* const* argv = argv_.data();
        if constexpr (requires { init.on_error(*this, executable, argv, ec); })
            init.on_error(*this, executable, argv, ec);
    }

    template <class Hooks>
    child_setup prepared(int status_fd, char const* const* argv,
                         std::vector<char const*> const& candidates, Hooks& hooks)
    {
        child_setup setup;
        setup.status_fd = status_fd;
        setup.hooks = &Hooks::run;
        setup.failed = &Hooks::failed;
        setup.hooks_context = &hooks;
        setup.candidates = candidates.data();
        setup.argv = argv;
        return setup;
    }
    // Completes the setup and creates the child.
    core::never_started fork_child(child_setup setup);
    // In a session without a leader, fork_child() has made the maker of the session. This turns
    // `pid` into the pid of the process.
    core::never_started await_process();

    core::never_started failure_;
};

} // namespace os
