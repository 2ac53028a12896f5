// The process that answers the calls which the filter hands over.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Rules.h"

/// Kernels may fill more of these than the headers know.
static union { struct seccomp_notif call; char room[512]; } received;
static union { struct seccomp_notif_resp answer; char room[512]; } sent;

static int check_sizes(void) {
    struct seccomp_notif_sizes sizes;
    if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes)) return -1;
    if (sizes.seccomp_notif <= sizeof received && sizes.seccomp_notif_resp <= sizeof sent) return 0;
    errno = E2BIG;
    return -1;
}

static int answer_one(struct faults *faults, int listener) {
    memset(&received, 0, sizeof received);
    // The caller may have died, or run a signal handler and called anew.
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received)) return errno == ENOENT || errno == EINTR ? 0 : -1;
    struct rule *rule = matching_rule(faults, &received.call.data);
    bool counts = rule && faults->are_on;
    bool fails = counts && (rule->calls + 1) % rule->every == 0;
    memset(&sent, 0, sizeof sent);
    sent.answer.id = received.call.id;
    if (fails) {
        sent.answer.error = -rule->error;
    } else {
        sent.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    }
    // Counted first: whoever was answered finds the call counted.
    if (counts) rule->calls++;
    if (fails) rule->injected++;
    if (!ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &sent)) return 0;
    if (counts) rule->calls--;
    if (fails) rule->injected--;
    return errno == ENOENT ? 0 : -1;
}

int faults_supervise(struct faults *faults, int listener, int end) {
    if (check_sizes()) return -1;
    while (true) {
        struct pollfd events[] = {{.fd = listener, .events = POLLIN}, {.fd = end, .events = POLLIN}};
        if (poll(events, 2, -1) < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        if (events[0].revents & POLLIN) {
            if (answer_one(faults, listener)) return -1;
        } else if (events[0].revents || events[1].revents) {
            return 0;
        }
    }
}

/// A message that carries one descriptor.
struct parcel {
    struct msghdr message;
    struct iovec part;
    char byte;
    union { struct cmsghdr header; char room[CMSG_SPACE(sizeof(int))]; } control;
};

static void prepare(struct parcel *parcel) {
    memset(parcel, 0, sizeof *parcel);
    parcel->part = (struct iovec){.iov_base = &parcel->byte, .iov_len = 1};
    parcel->message.msg_iov = &parcel->part;
    parcel->message.msg_iovlen = 1;
    parcel->message.msg_control = &parcel->control;
    parcel->message.msg_controllen = sizeof parcel->control;
}

int faults_send(int socket, int descriptor) {
    struct parcel parcel;
    prepare(&parcel);
    parcel.control.header.cmsg_level = SOL_SOCKET;
    parcel.control.header.cmsg_type = SCM_RIGHTS;
    parcel.control.header.cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(&parcel.control.header), &descriptor, sizeof descriptor);
    return sendmsg(socket, &parcel.message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int faults_receive(int socket) {
    struct parcel parcel;
    prepare(&parcel);
    if (recvmsg(socket, &parcel.message, MSG_CMSG_CLOEXEC) != 1 || !parcel.message.msg_controllen) {
        errno = EPIPE;
        return -1;
    }
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(&parcel.control.header), sizeof descriptor);
    return descriptor;
}

static _Noreturn void supervise_what_is_received(struct faults *faults, int socket) {
    int listener = faults_receive(socket);
    close(socket);
    _exit(listener < 0 || faults_supervise(faults, listener, -1));
}

static int supervisor_socket;

// Forked before the filter: it may be about clone, and the supervisor must not be under it, or its end would never come.
int faults_prepare(struct faults *faults) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return -1;
    pid_t supervisor = fork();
    if (supervisor == 0) {
        close(ends[0]);
        supervise_what_is_received(faults, ends[1]);
    }
    close(ends[1]);
    supervisor_socket = ends[0];
    return supervisor < 0 ? -1 : 0;
}

int faults_begin(const struct faults *faults) {
    int listener = faults_install(faults, true);
    if (listener < 0) return -1;
    int result = faults_send(supervisor_socket, listener);
    // The supervisor alone keeps it: when it ends, calls are to fail and not to wait for an answer.
    close(listener);
    close(supervisor_socket);
    return result;
}
