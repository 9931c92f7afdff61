// The program that the supervisors run.
//   child up REPORT TAG                     reports itself and sleeps; SIGTERM ends it at once
//   child lines REPORT TAG GATE COUNT LEN   reports itself, waits for the gate, writes its lines
//                                           and ends
// REPORT is a FIFO that gets a line "TAG PID". The gate is a FIFO that opens when the benchmark
// opens it for writing. A line is "@TAG:SEQUENCE@" and then a letter that depends on the number,
// LEN bytes in all.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { block = 64 * 1024, longest = 8 * 1024 };

static void write_all(char const* bytes, size_t size)
{
    while (size > 0) {
        ssize_t const n = write(STDOUT_FILENO, bytes, size);
        if (n < 0 && errno != EINTR)
            _exit(3);
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
}

// Adds one to a number of `digits` digits.
static void count_up(char* number, int digits)
{
    while (digits-- > 0 && ++number[digits] > '9')
        number[digits] = '0';
}

// Writes blocks that do not end with a line, as a program with a full buffer does. The lines are
// made once for each letter and a copy gets its number, so that the reader is what is measured.
static void write_lines(char const* tag, long count, size_t length)
{
    enum { letters = 26, digits = 9 };
    static char ready[letters][longest];
    static char buffer[block + longest];
    static char number[] = "000000000";
    size_t const at = strlen(tag) + 2;
    for (int i = 0; i < letters; ++i) {
        int const head = snprintf(ready[i], longest, "@%s:%s@", tag, number);
        memset(ready[i] + head, 'a' + i, length - (size_t)head - 1);
        ready[i][length - 1] = '\n';
    }
    size_t filled = 0;
    for (long i = 0; i < count; ++i) {
        char* const line = buffer + filled;
        memcpy(line, ready[i % letters], length);
        memcpy(line + at, number, digits);
        count_up(number, digits);
        filled += length;
        if (filled >= block) {
            write_all(buffer, block);
            filled -= block;
            memmove(buffer, buffer + block, filled);
        }
    }
    write_all(buffer, filled);
}

static int report(char const* fifo, char const* tag)
{
    char text[64];
    int const size = snprintf(text, sizeof text, "%s %d\n", tag, (int)getpid());
    int const fd = open(fifo, O_WRONLY | O_CLOEXEC);
    int const ok = fd >= 0 && write(fd, text, (size_t)size) == size;
    if (fd >= 0)
        close(fd);
    return ok ? 0 : 2;
}

int main(int argc, char** argv)
{
    if (argc < 4 || report(argv[2], argv[3]) != 0)
        return 2;
    if (strcmp(argv[1], "up") == 0) {
        for (;;)
            pause();
    }
    if (strcmp(argv[1], "lines") != 0 || argc != 7)
        return 2;
    // blocks until the benchmark opens the gate
    int const gate = open(argv[4], O_RDONLY | O_CLOEXEC);
    long const count = atol(argv[5]);
    size_t const length = (size_t)atol(argv[6]);
    if (gate < 0 || length < 40 || length > longest)
        return 2;
    write_lines(argv[3], count, length);
    return 0;
}
