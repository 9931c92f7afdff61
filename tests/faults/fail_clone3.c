// Makes a clone3 fail. procd calls it without the C library, so only the kernel can be asked: a
// seccomp filter hands each clone3 of the main thread to another thread of procd, which counts it
// and answers. The children inherit the filter. Their calls are not counted, and once procd has
// ended, the kernel refuses them with ENOSYS, after which the C library takes clone.
#include "fail_nth.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static pid_t counted;     // the main thread of procd
static int listener = -1; // the descriptor of the filter, once the thread may go on
static pthread_mutex_t installed = PTHREAD_MUTEX_INITIALIZER;

static void* answer_each(void* none)
{
    pthread_mutex_lock(&installed);
    struct seccomp_notif asked;
    for (;;) {
        memset(&asked, 0, sizeof asked);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) {
            if (errno == EINTR || errno == ENOENT)
                continue; // the one who asked was killed
            return none;
        }
        struct seccomp_notif_resp said;
        memset(&said, 0, sizeof said);
        said.id = asked.id;
        if ((pid_t)asked.pid == counted && fails("clone3"))
            said.error = -errno;
        else
            said.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &said);
    }
}

static int install(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

// The thread is made before the filter, so that it is not held by it. It takes none of the signals
// that are meant for procd.
void watch_clone3(char const* report)
{
    counted = getpid();
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_mutex_lock(&installed);
    pthread_t thread;
    int const made = pthread_create(&thread, NULL, answer_each, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (made == 0)
        listener = install();
    if (made != 0 || listener < 0) {
        char name[4096];
        snprintf(name, sizeof name, "%s.refused", report);
        int const file = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
        if (file >= 0)
            close(file);
    }
    pthread_mutex_unlock(&installed);
}
