// The least a Procfile runner can do with its children's output, and do well: one pipe a child,
// poll, 64 KiB reads, each line copied behind its prefix into one buffer that is written once a
// round. It restarts nothing, and its prefix has no time.
//   prefixer FILE     lines "name: command"
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most = 64, chunk = 64 * 1024, gather = 256 * 1024, prefix_size = 32 };

struct child {
    char prefix[prefix_size];
    size_t prefix_length;
    char unfinished[chunk]; // of the last read
    size_t length;
};

static struct child children[most];
static struct pollfd pipes[most];
static nfds_t count;
static char out[gather + chunk + prefix_size]; // one more line may begin before the end of `gather`
static size_t pending;

static void flush(void)
{
    for (size_t done = 0; done < pending;) {
        ssize_t const n = write(STDOUT_FILENO, out + done, pending - done);
        if (n < 0 && errno != EINTR)
            exit(3);
        if (n > 0)
            done += (size_t)n;
    }
    pending = 0;
}

// The prefix is copied with all its room, in moves of a size that the compiler knows, and what is
// too much of it is overwritten by the line.
static void put_line(struct child const* from, char const* line, size_t size)
{
    if (pending >= gather)
        flush();
    char* const at = out + pending;
    memcpy(at, from->prefix, prefix_size);
    memcpy(at + from->prefix_length, line, size);
    pending += from->prefix_length + size;
}

static void start(char const* name, char const* command)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        exit(2);
    pid_t const pid = vfork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        execl("/bin/sh", "sh", "-c", command, (char*)0);
        _exit(127);
    }
    close(ends[1]);
    struct child* const c = &children[count];
    c->prefix_length = (size_t)snprintf(c->prefix, sizeof c->prefix, "%-8.16s | ", name);
    pipes[count++] = (struct pollfd){.fd = ends[0], .events = POLLIN};
}

// Returns 0 at the end of the child's output.
static int relay(struct child* c, int fd)
{
    ssize_t const n = read(fd, c->unfinished + c->length, chunk - c->length);
    if (n < 0)
        return errno == EINTR;
    char const* line = c->unfinished;
    char const* const end = line + c->length + n;
    for (char const* newline; (newline = memchr(line, '\n', (size_t)(end - line))) != NULL;) {
        put_line(c, line, (size_t)(newline + 1 - line));
        line = newline + 1;
    }
    c->length = (size_t)(end - line);
    if (c->length > 0 && (n == 0 || c->length == chunk)) {
        put_line(c, line, c->length);
        c->length = 0;
    }
    memmove(c->unfinished, line, c->length);
    return n > 0;
}

int main(int argc, char** argv)
{
    char line[4096];
    FILE* const file = argc == 2 ? fopen(argv[1], "re") : NULL;
    if (file == NULL)
        return 2;
    while (count < most && fgets(line, sizeof line, file) != NULL) {
        char* const colon = strchr(line, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        start(line, colon + 1);
    }
    for (nfds_t open_pipes = count; open_pipes > 0;) {
        if (poll(pipes, count, -1) < 0)
            continue;
        for (nfds_t i = 0; i < count; ++i) {
            if (pipes[i].fd < 0 || pipes[i].revents == 0 || relay(&children[i], pipes[i].fd))
                continue;
            close(pipes[i].fd);
            pipes[i].fd = -1;
            --open_pipes;
        }
        flush();
    }
    while (wait(NULL) > 0 || errno == EINTR) {
    }
    return 0;
}
