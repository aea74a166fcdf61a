/*
 * New connections a second.
 * usage: connects serve PORT           accepts and closes, for ever
 *        connects ask ADDRESS PORT MS  opens and closes, one after the other; prints how many
 *                                a second, and how many a second of its processor time
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static double used(void) {
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static int serve(const char *port) {
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(atoi(port))};
	int socket_ = socket(AF_INET6, SOCK_STREAM, 0), one = 1;
	setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(socket_, (struct sockaddr *)&any, sizeof(any)) < 0 || listen(socket_, 1024) < 0) return 1;
	for (;;) {
		int connection = accept(socket_, NULL, NULL);
		if (connection >= 0) close(connection);
	}
}

static int ask(const char *address, const char *port, long ms) {
	struct addrinfo hint = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *found;
	/* Reset on close, so that no port stays taken. */
	struct linger reset = {1, 0};
	long count = 0, end;
	double before;
	char byte;
	if (getaddrinfo(address, port, &hint, &found)) return 1;
	before = used();
	for (end = now() + ms; now() < end; count++) {
		int connection = socket(found->ai_family, SOCK_STREAM, 0);
		if (connect(connection, found->ai_addr, found->ai_addrlen) < 0) return 1;
		if (read(connection, &byte, 1) < 0) return 1;
		setsockopt(connection, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(connection);
	}
	printf("%ld %.0f\n", count * 1000 / ms, count / (used() - before));
	return 0;
}

int main(int argc, char **argv) {
	if (argc == 3 && !strcmp(argv[1], "serve")) return serve(argv[2]);
	if (argc == 5 && !strcmp(argv[1], "ask")) return ask(argv[2], argv[3], atol(argv[4]));
	return 64;
}
