/*
 * Sends recorded messages to the kernel as fast as a C program on libmnl can: what it
 * takes is what the kernel takes. For each instance it makes a namespace, names it and
 * sends the same datagrams, from the same places, as the base case did.
 *
 * usage: replay FILE HUB   prints the milliseconds, and those of the processor
 *
 * The file: u32 instances, then for each { name, mark, hub, inside }, then
 * u32 batches and each of them; all as u32 length and bytes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static unsigned char *at, *end;
static char buffer[65536];

static void fail(const char *what) {
	perror(what);
	exit(1);
}

static uint32_t number(void) {
	uint32_t value;
	if (at + 4 > end) fail("the file is too short");
	memcpy(&value, at, 4);
	at += 4;
	return value;
}

static unsigned char *block(uint32_t *length) {
	unsigned char *start;
	*length = number();
	start = at;
	at += *length;
	return start;
}

static struct mnl_socket *open_socket(int bus) {
	struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int one = 1;
	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) fail("socket");
	mnl_socket_setsockopt(socket, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return socket;
}

static void talk(struct mnl_socket *socket, unsigned char *bytes, uint32_t length) {
	ssize_t got;
	if (mnl_socket_sendto(socket, bytes, length) < 0) fail("send");
	while ((got = mnl_socket_recvfrom(socket, buffer, sizeof(buffer))) > 0) {
		struct nlmsghdr *header = (struct nlmsghdr *)buffer;
		int left = got;
		for (; mnl_nlmsg_ok(header, left); header = mnl_nlmsg_next(header, &left)) {
			if (header->nlmsg_type != NLMSG_ERROR) continue;
			errno = -((struct nlmsgerr *)mnl_nlmsg_get_payload(header))->error;
			if (errno) fail("refused");
		}
	}
}

/* IFLA_NET_NS_FD of the far end: a u32 attribute of type 28. */
static void place(unsigned char *bytes, uint32_t length, int fd) {
	static const unsigned char header[4] = {8, 0, 28, 0};
	unsigned char *found = memmem(bytes, length, header, 4);
	if (!found) fail("no namespace in the message");
	memcpy(found + 4, &fd, 4);
}

int main(int argc, char **argv) {
	struct timespec begin, done;
	struct rusage used;
	uint32_t count, length, i;
	int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), file, hub;
	struct mnl_socket *route, *filter;
	char path[300];
	if (argc != 3) return 64;
	file = open(argv[1], O_RDONLY);
	length = lseek(file, 0, SEEK_END);
	at = malloc(length);
	end = at + length;
	if (pread(file, at, length, 0) != (ssize_t)length) fail("read");
	snprintf(path, sizeof(path), "/run/netns/%s", argv[2]);
	hub = open(path, O_RDONLY | O_CLOEXEC);
	if (hub < 0 || setns(hub, CLONE_NEWNET) < 0) fail("hub");
	route = open_socket(NETLINK_ROUTE);
	filter = open_socket(NETLINK_NETFILTER);
	length = 8 * 1024 * 1024;
	setsockopt(mnl_socket_get_fd(filter), SOL_SOCKET, SO_SNDBUFFORCE, &length, 4);
	if (setns(own, CLONE_NEWNET) < 0) fail("setns");

	clock_gettime(CLOCK_MONOTONIC, &begin);
	count = number();
	for (i = 0; i < count; i++) {
		struct mnl_socket *inside;
		unsigned char *bytes = block(&length);
		int fd;
		snprintf(path, sizeof(path), "/run/netns/%.*s", (int)length, bytes);
		close(open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0));
		if (unshare(CLONE_NEWNET) < 0) fail("unshare");
		inside = open_socket(NETLINK_ROUTE);
		bytes = block(&length);
		talk(inside, bytes, length);
		if (mount("/proc/thread-self/ns/net", path, NULL, MS_BIND, NULL) < 0) fail("mount");
		if (setns(own, CLONE_NEWNET) < 0) fail("setns");
		fd = open(path, O_RDONLY | O_CLOEXEC);
		bytes = block(&length);
		place(bytes, length, fd);
		talk(route, bytes, length);
		bytes = block(&length);
		talk(inside, bytes, length);
		mnl_socket_close(inside);
		close(fd);
	}
	for (count = number(); count > 0; count--) {
		unsigned char *bytes = block(&length);
		talk(filter, bytes, length);
	}
	clock_gettime(CLOCK_MONOTONIC, &done);
	getrusage(RUSAGE_SELF, &used);
	printf("%.3f %.3f\n", (done.tv_sec - begin.tv_sec) * 1e3 + (done.tv_nsec - begin.tv_nsec) / 1e6,
	       (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
		       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3);
	return 0;
}
