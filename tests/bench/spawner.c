// The least that a supervisor can do: a loop of vfork and exec, with a group for each process. It
// waits for the processes, starts ended ones again (with -r), and on SIGTERM signals every group
// and reaps all.
//   spawner [-r] FILE     lines "name: command"
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most = 1024 };

static char* commands[most];
static pid_t pids[most];
static int count;
static volatile sig_atomic_t stopping;

// Passes the signal on in the handler and not after wait(), because a signal that arrives just
// before wait() would not interrupt it.
static void on_term(int number)
{
    stopping = number;
    for (int i = 0; i < count; ++i)
        if (pids[i] > 0)
            kill(-pids[i], SIGTERM);
}

static void start(int i)
{
    pid_t const pid = vfork();
    if (pid == 0) {
        setpgid(0, 0);
        execl("/bin/sh", "sh", "-c", commands[i], (char*)0);
        _exit(127);
    }
    pids[i] = pid;
    if (stopping && pid > 0) // the request came before this process existed
        kill(-pid, SIGTERM);
}

int main(int argc, char** argv)
{
    static char line[4096];
    int again = argc == 3 && strcmp(argv[1], "-r") == 0;
    FILE* const file = argc >= 2 ? fopen(argv[argc - 1], "re") : NULL;
    if (file == NULL)
        return 2;
    struct sigaction const action = {.sa_handler = on_term};
    sigaction(SIGTERM, &action, NULL);
    while (count < most && fgets(line, sizeof line, file) != NULL) {
        char const* const colon = strchr(line, ':');
        if (colon == NULL)
            continue;
        commands[count] = strdup(colon + 1);
        start(count++);
    }
    for (int live = count; live > 0;) {
        pid_t const ended = wait(NULL);
        for (int i = 0; ended > 0 && i < count; ++i) {
            if (pids[i] != ended)
                continue;
            pids[i] = 0;
            if (again && !stopping)
                start(i);
            else
                --live;
            break;
        }
    }
    return 0;
}
