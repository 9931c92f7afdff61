// The least that a control socket can do: it accepts one connection at a time and answers every
// request, whatever it says, with this number of bytes.
//   echo PATH BYTES
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char** argv)
{
    static char request[64 * 1024], answer[64 * 1024];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t const size = argc == 3 ? (size_t)atol(argv[2]) : 0;
    if (size == 0 || size > sizeof answer)
        return 2;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    memset(answer, 'x', size);
    int const listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr const*)&address, sizeof address) != 0 ||
        listen(listener, 8) != 0)
        return 2;
    for (int client; (client = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0; close(client)) {
        while (read(client, request, sizeof request) > 0 &&
               write(client, answer, size) == (ssize_t)size) {
        }
    }
    return 0;
}
