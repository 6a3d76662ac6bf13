/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ptyserial - lets libserialport open a pseudo-terminal, which it takes for no
 * serial port: it has no entry below /sys/class/tty, and no modem lines.
 * Linked into a test, or preloaded (ptyserial.so).  For a name /dev/pts/N it
 * answers the look into /sys and keeps modem lines:
 *
 *   PTYSERIAL_LINES=FILE   what the device has on: words of "cts dsr ri dcd",
 *                          read at every look; no file: cts, dsr and dcd
 *   PTYSERIAL_HOST=FILE    what we have on is written there: "dtr rts", a row
 *                          for each time they are set
 *
 * Anything else goes to the system as it is.  Parity, 7 data bits and DTR/DSR
 * flow control still fail, as on any pseudo-terminal.
 */
#ifndef _GNU_SOURCE
#	define _GNU_SOURCE
#endif
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYS_PTS "/sys/class/tty/pts/"

int __lxstat(int version, const char *path, struct stat *st);

static int
is_pts(const char *path)
{
	return strncmp(path, SYS_PTS, sizeof(SYS_PTS) - 1) == 0;
}

static int
is_link(struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFLNK | 0777;
	return 0;
}

int
lstat(const char *path, struct stat *st)
{
	static int (*next)(const char *, struct stat *);

	if (is_pts(path)) {
		return is_link(st);
	}
	if (next == NULL) {
		*(void **)&next = dlsym(RTLD_NEXT, "lstat");
	}
	return next(path, st);
}

int
__lxstat(int version, const char *path, struct stat *st)
{
	static int (*next)(int, const char *, struct stat *);

	if (is_pts(path)) {
		return is_link(st);
	}
	if (next == NULL) {
		*(void **)&next = dlsym(RTLD_NEXT, "__lxstat");
	}
	return next(version, path, st);
}

ssize_t
readlink(const char *path, char *out, size_t cap)
{
	static ssize_t (*next)(const char *, char *, size_t);
	static const char to[] = "../../devices/virtual/tty/pts";

	if (is_pts(path)) {
		size_t n = sizeof(to) - 1 < cap ? sizeof(to) - 1 : cap;

		memcpy(out, to, n);
		return (ssize_t)n;
	}
	if (next == NULL) {
		*(void **)&next = dlsym(RTLD_NEXT, "readlink");
	}
	return next(path, out, cap);
}

/* --- modem lines ---------------------------------------------------------- */

#define LINE_FDS 1024
#define HOST (TIOCM_DTR | TIOCM_RTS)
/* What of HOST is off, by descriptor: opening raises them, as the kernel does
 * for a port. */
static int host_off[LINE_FDS];

int
close(int fd)
{
	static int (*next)(int);

	if (next == NULL) {
		*(void **)&next = dlsym(RTLD_NEXT, "close");
	}
	if (fd >= 0 && fd < LINE_FDS) {
		host_off[fd] = 0;
	}
	return next(fd);
}

static int
device_lines(void)
{
	const char *path = getenv("PTYSERIAL_LINES");
	char text[64] = "cts dsr dcd";
	FILE *f = path != NULL ? fopen(path, "r") : NULL;
	int on = 0;

	if (f != NULL) {
		size_t n = fread(text, 1, sizeof(text) - 1, f);

		text[n] = '\0';
		(void)fclose(f);
	}
	on |= strstr(text, "cts") != NULL ? TIOCM_CTS : 0;
	on |= strstr(text, "dsr") != NULL ? TIOCM_DSR : 0;
	on |= strstr(text, "ri") != NULL ? TIOCM_RNG : 0;
	on |= strstr(text, "dcd") != NULL ? TIOCM_CAR : 0;
	return on;
}

static void
tell_host(int on)
{
	const char *path = getenv("PTYSERIAL_HOST");
	FILE *f = path != NULL ? fopen(path, "a") : NULL;

	if (f != NULL) {
		(void)fprintf(f, "%s%s\n", (on & TIOCM_DTR) != 0 ? "dtr " : "",
			(on & TIOCM_RTS) != 0 ? "rts" : "");
		(void)fclose(f);
	}
}

static int
modem(int fd, unsigned long request, int *arg)
{
	int was = HOST & ~host_off[fd];
	int on = was;

	switch (request) {
	case TIOCMGET:
		*arg = on | device_lines();
		return 0;
	case TIOCMSET:
		on = *arg & HOST;
		break;
	case TIOCMBIS:
		on |= *arg & HOST;
		break;
	default:
		on &= ~*arg;
		break;
	}
	host_off[fd] = HOST & ~on;
	tell_host(on);
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	static int (*next)(int, unsigned long, ...);
	va_list ap;
	void *arg;
	int k;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (next == NULL) {
		*(void **)&next = dlsym(RTLD_NEXT, "ioctl");
	}
	k = next(fd, request, arg);
	if (k < 0 && (errno == ENOTTY || errno == EINVAL) && fd >= 0 &&
		fd < LINE_FDS &&
		(request == TIOCMGET || request == TIOCMSET ||
			request == TIOCMBIS || request == TIOCMBIC) &&
		isatty(fd) != 0) {
		return modem(fd, request, arg);
	}
	return k;
}
