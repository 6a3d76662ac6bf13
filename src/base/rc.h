/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_RC_H
#define BASE_RC_H

/**
 * rc - the closed list of results.  A code says what the caller does next,
 * not what happened; struct err carries the story.
 */
enum rc {
	RC_OK = 0,
	RC_INVAL,    /* caller's bug: fix the code */
	RC_RANGE,    /* the value leaves its type: say "too large" */
	RC_NOMEM,    /* no memory: stop taking sales politely */
	RC_NOSPC,    /* no disk: free some, the call may be retried */
	RC_IO,       /* the system failed: reopen */
	RC_CORRUPT,  /* data fails its check: never write on */
	RC_NOTFOUND, /* expected absence: normal branch */
	RC_EXISTS,   /* expected duplicate: normal branch */
	RC_AGAIN,    /* would block, or time ran out: retry by clock */
	RC_DOWN,     /* peer or device gone: show offline */
	RC_PROTO,    /* input or peer spoke nonsense: resync, count */
	RC_DENIED,   /* not permitted: ask a supervisor */
	RC_DECLINED, /* business refusal: another way */
	RC_BUSY,     /* someone else owns it: say who */
	RC_KEY,      /* wrong key: ask for the right one */
	RC_COUNT
};

/** rc_name(rc): "OK", "INVAL", ...; static, never NULL. */
const char *rc_name(enum rc rc);

#endif
