/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_TRANSPORT_INTERNAL_H
#define DEVICE_TRANSPORT_INTERNAL_H

#include "device/transport.h"

/**
 * transport_internal - what the kinds of transport share.  transport.c finds
 * the kind of an address; transport_file.c, transport_serial.c and
 * transport_net.c are the kinds.
 */
struct transport {
	const struct transport_kind *kind;
	char *path; /* behind the scheme */
	int fd;	    /* -1: not yet */
	bool write_only;
	bool held;
	bool pipe; /* a write can raise SIGPIPE */
	bool asks; /* for the address behind a name */
	bool drop; /* what the line still holds */
	bool blank; /* reading nothing at all is no end: see transport_file.c */
	bool has_first;
	uint8_t first; /* was read when it was opened */
	void *own; /* the kind's */
};

struct transport_kind {
	const char *scheme; /* "file:" */
	/* whether ${path} can be one; NULL any that is not empty */
	bool (*check)(const char *path);
	const char *example;
	enum rc (*open)(struct transport *t, const struct device_line *line,
		struct err *reterr);
	/* NULL: open at once */
	enum rc (*ready)(struct transport *t, struct err *reterr);
	/* another way to the same device; NULL there is none */
	enum rc (*skip)(struct transport *t, struct err *reterr);
	/* how many, or -1 with errno; NULL: by descriptor */
	long (*write)(struct transport *t, const uint8_t *p, size_t n,
		bool urgent);
	long (*read)(struct transport *t, uint8_t *p, size_t cap);
	unsigned (*lines)(struct transport *t);
	void (*close)(struct transport *t); /* NULL: nothing but fd */
};

extern const struct transport_kind transport_file;
extern const struct transport_kind transport_serial;
extern const struct transport_kind transport_tcp;
extern const struct transport_kind transport_unix;

/** transport_lock(t, reterr): nobody else who asks has this line until it is
 * closed; RC_DOWN somebody has it, in words. */
enum rc transport_lock(struct transport *t, struct err *reterr);

/** transport_refused(path, sys, reterr): why something could not be opened. */
enum rc transport_refused(const char *path, int sys, struct err *reterr);

#endif
