/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that come neither from the command line nor onto the screen. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/parse.h"
#include "main/args.h"

#include "base/poison.h"

/* One line, the newline not kept.  Byte by byte: what follows is somebody
 * else's. */
static const char *
read_line(int fd, char *out, size_t cap, size_t *ret_len)
{
	size_t n = 0;

	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return "the descriptor of the secret cannot be read";
		}
		if (got == 0 || c == '\n') {
			break;
		}
		if (n + 1 >= cap) {
			return "the secret is too long";
		}
		out[n++] = c;
	}
	out[n] = '\0';
	*ret_len = n;
	return n == 0 ? "the secret is empty" : NULL;
}

static const char *
read_terminal(const char *prompt, char *out, size_t cap, size_t *ret_len)
{
	struct termios was, quiet;
	const char *wrong;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || tcgetattr(fd, &was) != 0) {
		if (fd >= 0) {
			(void)close(fd);
		}
		return "there is no terminal to key it on: give its "
		       "descriptor, like --pin-fd 3";
	}
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	(void)tcsetattr(fd, TCSAFLUSH, &quiet);
	(void)!write(fd, prompt, strlen(prompt));
	wrong = read_line(fd, out, cap, ret_len);
	(void)!write(fd, "\n", 1);
	(void)tcsetattr(fd, TCSAFLUSH, &was);
	(void)close(fd);
	return wrong;
}

const char *
args_secret(const char *fd_text, const char *prompt, char *out, size_t cap,
	size_t *ret_len)
{
	int64_t fd = 0;

	if (fd_text == NULL) {
		return read_terminal(prompt, out, cap, ret_len);
	}
	if (parse_i64(fd_text, strlen(fd_text), 0, 1023, &fd) != RC_OK) {
		return "a descriptor is a number, like 3";
	}
	return read_line((int)fd, out, cap, ret_len);
}
