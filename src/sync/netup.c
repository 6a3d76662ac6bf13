/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/netup.h"

#include <sys/socket.h>

#include <string.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/poison.h"

int
netup_open(void)
{
	const struct sockaddr_nl to = {.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE |
			     RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		NETLINK_ROUTE);

	if (fd >= 0 &&
		bind(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

bool
netup_came(int fd)
{
	_Alignas(struct nlmsghdr) char buf[8192];
	bool came = false;
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr head;

		/* the first of a datagram tells enough */
		if ((size_t)n >= sizeof(head)) {
			memcpy(&head, buf, sizeof(head));
			came = came || head.nlmsg_type == RTM_NEWADDR ||
			       head.nlmsg_type == RTM_NEWROUTE;
		}
	}
	return came;
}
