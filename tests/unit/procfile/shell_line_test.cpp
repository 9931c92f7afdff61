#include "procfile/procfile.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procfile;

TEST_CASE("a plain command becomes the process itself", "[shell_line]")
{
    for (std::string const command : {
             "bin/web",
             "./bin/web --port $PORT",
             "bundle exec puma -C config/puma.rb",
             "node server.js --url=http://localhost:3000 # why not",
             "python3 -m http.server",
             "/usr/bin/env FOO=1 cmd",
             "env FOO=1 cmd",
             "sh -c 'echo \"$HOME\"'",
             "sleep 60",
             "g++ --version",
             "c@d a,b %x",
             "ls *.rb ~/x `date`",
             "\xC3\xA9t\xC3\xA9 d'\xC3\xA9t\xC3\xA9'",
             "find \\",
             "cmd  ",
             "execute x",
             "testing",
             "cmd 'unclosed",
         }) {
        CHECK(shell_line(command) == "exec " + command);
    }
    CHECK(shell_line("  cmd a") == "exec   cmd a");
    CHECK(shell_line("cmd\ta") == "exec cmd\ta");
}

TEST_CASE("a line that needs its shell is left to it", "[shell_line]")
{
    for (std::string const command : {
             // more than one command, groups, redirections
             "a && b",
             "a || b",
             "a; b",
             "a &",
             "a | b",
             "(a)",
             "{ a; }",
             "a $(b)",
             "a ${B}",
             "a > log",
             "a 2>&1",
             "a < in",
             "a\nb",
             "sh -c 'a; b'",
             // first words that are not literals
             "$CMD args",
             "`which ruby` x",
             "\"my prog\" x",
             "'prog' x",
             "bin/my\\ prog",
             "~/bin/x",
             "bin/we?",
             "bin/*",
             "[ab]x",
             "a=b",
             "FOO=1 cmd",
             "FOO= cmd",
             "#cmd",
             "!cmd",
             "^x",
             "-c x",
             "+x",
             "%1",
             // words with a meaning for the shell
             "exec foo",
             "cd x",
             ".",
             ". ./env",
             ":",
             "[ -f x ]",
             "[[ -f x ]]",
             "test -f x",
             "! true",
             "if true",
             "while true",
             "time cmd",
             "echo $PORT",
             "printf x",
             "true",
             "false",
             "kill 1",
             "read x",
             "set -e",
             "source x",
             "export A=1",
             "eval x",
             "trap x",
             "wait",
             "ulimit -n 10",
             "umask 022",
             "command x",
             "exit 3",
             // blank commands
             "",
             " ",
             "\t",
         }) {
        CHECK(shell_line(command) == command);
    }
}

TEST_CASE("arguments reach a command that ends in a comment", "[shell_line]")
{
    struct {
        char const *line, *with;
    } const cases[] = {
        {"echo base", "echo base \"$@\""},
        {"echo base # a comment", "echo base \"$@\" # a comment"},
        {"echo base #a", "echo base \"$@\" #a"},
        {"echo a;# c", "echo a;\"$@\" # c"},
        {"echo a#b", "echo a#b \"$@\""},
        {"echo '# no' \"# no\" \\# no", "echo '# no' \"# no\" \\# no \"$@\""},
        {"echo a\\ # c", "echo a\\ # c \"$@\""},
        {"echo ${x:- # no} $# ${#x}", "echo ${x:- # no} $# ${#x} \"$@\""},
        {"echo \"it's\" # c", "echo \"it's\" \"$@\" # c"},
        {"echo `date # x` # c", "echo `date # x` \"$@\" # c"},
        {"echo \"`echo \\\"# x\\\"` # no\"", "echo \"`echo \\\"# x\\\"` # no\" \"$@\""},
        {"echo 'open # c", "echo 'open # c \"$@\""},
        {"echo \\", "echo \\ \"$@\""},
        {"# c", "\"$@\" # c"},
    };
    for (auto const& c : cases)
        CHECK(with_arguments(c.line) == c.with);
    std::string deep;
    for (int i = 0; i < 100'000; ++i)
        deep += "${";
    CHECK(with_arguments(deep) == deep + " \"$@\"");
}
