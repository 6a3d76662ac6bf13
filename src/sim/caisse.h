/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_CAISSE_H
#define SIM_CAISSE_H

#include "sim/sim.h"

/**
 * caisse - a Caisse-AP terminal that is not there: version 3 on the serial
 * link or in text, and E.  It is strict: a message it does not understand
 * moves no money, a block counts when its EOT comes, and the answer is given
 * up when nobody takes it.  What was charged stays in a ledger, whoever hears
 * of it.
 */
#define CAISSE_DEEDS 64
#define CAISSE_REF_BYTES 100

struct caisse_deed {
	char kind; /* '0' debit, '1' credit, '2' cancellation, '3' duplicate,
		    * '4' reservation, 'I' identification */
	int64_t amount;
	unsigned currency;
	unsigned reg;
	char ref[CAISSE_REF_BYTES]; /* CF */
	char auth[8];
	bool undone; /* a cancellation took it back */
	bool bad;    /* the message could not be understood */
	bool receipt;
	bool report; /* E: the long answer */
};

enum caisse_mood {
	CAISSE_APPROVE,
	CAISSE_DECLINE,
	CAISSE_STOP,   /* its customer does */
	CAISSE_OTHER,  /* takes another amount */
	CAISSE_SILENT, /* says nothing and takes nothing */
	CAISSE_MUTE    /* takes it and says nothing */
};

enum caisse_at {
	CAISSE_AT_REST,
	CAISSE_AT_HEAD, /* called: STX is to come */
	CAISSE_AT_BODY,
	CAISSE_AT_LRC,
	CAISSE_AT_EOT, /* holds a block */
	CAISSE_AT_WORK,
	CAISSE_AT_CALL, /* ENQ is out */
	CAISSE_AT_PAUSE,
	CAISSE_AT_SENT /* the answer is out: ACK is to come */
};

struct caisse_pad {
	bool e;
	enum { CAISSE_AUTO, CAISSE_LINKED, CAISSE_BARE } framing, now;
	enum caisse_mood mood;
	int reason;	/* AF of a decline */
	int64_t other;
	bool gone;  /* answers nothing */
	bool echo;  /* gives CF back */
	bool leaks; /* set up badly: sends whole card numbers */
	unsigned nak, lrc; /* frames to refuse, answers to spoil */
	int64_t takes_us;

	enum caisse_at at;
	struct mono due; /* us < 0 none */
	unsigned calls, tries;
	uint8_t in[1024];
	size_t n_in;
	uint8_t sum;
	bool over;
	struct caisse_deed deed;
	uint8_t tx[2048];
	size_t n_tx;

	struct caisse_deed ledger[CAISSE_DEEDS];
	size_t n_ledger;
	unsigned next_auth;
};

/** caisse_pad_of(state): of sim_caisse and sim_caisse_e, for tests. */
const struct caisse_pad *caisse_pad_of(const void *state);

/* --- caisse_words.c: messages --------------------------------------------- */

/** caisse_read(s, ret): what the message in s->in asks for. */
void caisse_read(const struct caisse_pad *s, struct caisse_deed *ret);
/** What an answer says. */
struct caisse_say {
	bool done;	  /* AE 10, else 01 */
	int reason;	  /* AF; < 0 none */
	const struct caisse_deed *deed;
	int64_t amount;
};
/** caisse_write(s, say): into s->tx, without a frame. */
void caisse_write(struct caisse_pad *s, const struct caisse_say *say);

#endif
