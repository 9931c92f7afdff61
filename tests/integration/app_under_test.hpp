// The real procd in a directory of its own, and the real procctl against it.
#pragma once

#include "tests/fixtures/temp_dir.hpp"

#include <boost/json/value.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace test {

// The output and the exit code of a program.
struct outcome {
    int code = -1; // 128 + signal when a signal ended it
    std::string out, err;
};

constexpr unsigned nobody = 65534; // the other user, where tests are run by root
// The text with the paths of our programs replaced by those of copies, if `nobody` needs them.
std::string for_nobody(std::string text);

// Runs a program to its end (30 s at most, then it is killed and the test fails).
outcome run(std::vector<std::string> const& argv, std::string const& cwd,
            std::map<std::string, std::string> const& environment = {});

// Asks again until `holds` returns true, for at most 30 s. False when that time is over.
bool eventually(std::function<bool()> const& holds);
// For what is not expected to come: 2 s.
bool soon(std::function<bool()> const& holds);
// Processes (no zombies) whose environment has this variable with this value.
std::vector<int> processes_with(std::string const& variable, std::string const& value);
bool alive(int pid);
void kill_all(std::vector<int> const& pids);
// Tells whether cgroup v2 leaves can be made here (they cannot by an ordinary user).
bool have_cgroup();
bool has(std::string const& text, std::string const& part);
int count_of(std::string const& text, std::string const& part);
std::string read_file(std::string const& path); // "" without it
class app_under_test;
// procd's helper that ends everything should procd die; 0 when there is none.
int guardian_of(app_under_test const& app);
// The first of 400 ports in a row on which nobody listens now.
int free_ports();

struct setting {
    std::vector<std::string> options;         // options of procd
    bool terminal = false;                    // stdin, stdout and stderr are a pty
    bool ordinary_user = false;               // run as nobody: containment by PROCD_ID; needs root
    std::map<std::string, std::string> files; // beside the Procfile
    std::map<std::string, std::string> links = {};  // symbolic ones, name -> target
    std::map<std::string, std::string> environment; // changes to what the test has
    bool read_output = true; // false: nobody reads procd's stdout until start_reading()
    std::optional<unsigned long> open_files; // ulimit -n
    bool deaf = false; // started with SIGCHLD ignored and SIGTERM blocked, as some programs do
    std::vector<std::string> wrapper; // put before procd's words; becomes procd by exec
};

// Starts `procd OPTIONS` in a new directory with this Procfile. The base port is chosen by the test
// unless the options have one. The destructor KILLs what is left and fails nothing: cases check
// what must be gone by themselves.
class app_under_test {
public:
    explicit app_under_test(std::string const& procfile, setting how = {});
    ~app_under_test();

    // Starts the next procd in the same directory, after the last one has ended. Its output is
    // appended to the output so far.
    void start_again(setting const& how = {});
    // Writes a file of the app anew, as an editor does.
    void write(std::string const& name, std::string const& text);

    int pid() const { return pid_; }
    int port() const { return port_; }
    std::string const& root() const { return directory_.path(); }
    std::string file(std::string const& name) const { return directory_ / name; }

    // Everything procd wrote so far (on a pipe: stdout and stderr together).
    std::string output() const;
    // Waits for a text in the output; fails the test with a dump when it does not come.
    void expect(std::string const& text);
    void start_reading();
    void type(std::string const& keys); // on the terminal
    void resize(int rows, int columns); // the terminal

    void signal(int number);
    // Waits for procd's end, and until its output is read whole where no process of the app holds
    // it open.
    int wait();
    bool running() const;

    // Runs procctl with these words, in the root (or below it), as the user who runs procd.
    outcome ctl(std::vector<std::string> words, std::string const& below = "");
    // The answer to a request on the socket: the status and the JSON lines of the body.
    struct answer {
        int status = 0;
        std::string body;
        boost::json::value json() const;
    };
    answer request(std::string const& method, std::string const& target,
                   std::string const& body = "");
    // The processes as GET /v1/processes shows them, name -> state.
    std::map<std::string, std::string> states();
    boost::json::object process(std::string const& name);
    void expect_states(std::map<std::string, std::string> const& wanted);

    // Live processes of this app, by PROCD_APP and its root's name.
    std::vector<int> processes() const;
    std::string dump() const;

private:
    void start(setting const& how);
    std::string reachable(std::string const& text) const;

    tests::temp_dir directory_;
    std::string name_;
    bool ordinary_user_ = false;
    int port_ = 0, pid_ = -1, output_ = -1;
    std::optional<int> code_;
    mutable std::mutex lock_;
    std::string text_;
    std::thread reader_;
    std::atomic<bool> all_read_ = false;
};

} // namespace test
