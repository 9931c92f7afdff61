// A web server for the front port's bench. It answers one request after the other, from memory:
//   web PORT [DELAY_MS]
// /64k and /1m have bodies of that size, every other path has a short one. With a delay each answer
// takes that long, and nobody else is answered meanwhile, as in an app with one worker.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_clients = 1024 };
static char body[1 << 20];
static char const short_body[] = "hello, world\n";

static int listen_at(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr const*)&address, sizeof address) != 0 || listen(fd, 1024) != 0)
        return -1;
    return fd;
}

static size_t size_of(char const* request)
{
    if (strncmp(request, "GET /64k ", 9) == 0)
        return 64 << 10;
    return strncmp(request, "GET /1m ", 8) == 0 ? sizeof body : sizeof short_body - 1;
}

static int send_all(int fd, char const* bytes, size_t size, int flags)
{
    while (size > 0) {
        ssize_t const n = send(fd, bytes, size, flags | MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        bytes += n;
        size -= (size_t)n;
    }
    return 0;
}

// The head of a request without a body comes in one piece on the loopback.
static int answer(int fd, useconds_t delay)
{
    char request[16 * 1024], head[128];
    ssize_t const n = read(fd, request, sizeof request - 1);
    if (n <= 0)
        return -1;
    request[n] = 0;
    if (delay > 0)
        usleep(delay);
    size_t const size = size_of(request);
    int const length =
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
    if (send_all(fd, head, (size_t)length, MSG_MORE) != 0)
        return -1;
    return send_all(fd, size < sizeof short_body ? short_body : body, size, 0);
}

int main(int argc, char** argv)
{
    static struct pollfd fds[most_clients + 1];
    nfds_t count = 1;
    useconds_t const delay = argc > 2 ? (useconds_t)atoi(argv[2]) * 1000 : 0;
    memset(body, 'x', sizeof body);
    fds[0] = (struct pollfd){.fd = argc > 1 ? listen_at(atoi(argv[1])) : -1, .events = POLLIN};
    if (fds[0].fd < 0)
        return 2;
    while (poll(fds, count, -1) > 0) {
        for (nfds_t i = count; i-- > 1;) {
            if (fds[i].revents == 0 || answer(fds[i].fd, delay) == 0)
                continue;
            close(fds[i].fd);
            fds[i] = fds[--count];
        }
        if (fds[0].revents == 0 || count > most_clients)
            continue;
        int const client = accept4(fds[0].fd, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0)
            fds[count++] = (struct pollfd){.fd = client, .events = POLLIN};
    }
    return 0;
}
