/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "main/args.h"
#include "main/entries.h"
#include "main/ring_answer.h"
#include "main/ring_card.h"
#include "main/ring_price.h"
#include "main/ring_weight.h"
#include "register/till.h"

#include "base/poison.h"

static const char usage[] =
	"ring [FILE] [--keep-going] [--not-on-file line|stop] [--operator N "
	"[--pin-fd FD]] [--store DIR]";

#define OUT_BYTES ((size_t)16384)
#define WATCH_MAX 8
/* Quiet for so long, and what waits may be done: sooner would stand in the way
 * of a cashier's next key. */
#define QUIET_MS 50
#define CLOCK_YEAR_MIN 2000
#define CLOCK_YEAR_MAX 2200
#define CLOCK_DAY_US ((int64_t)86400 * 1000000)

struct ring {
	const struct args *args;
	struct till *till;
	struct clock_fake fake;
	struct entries from;
	const struct ring_price *price; /* nothing is recorded; NULL it is */
	const char *operator_no, *pin_fd;
	char *out;
	uint64_t no;     /* lines taken */
	unsigned reason; /* of the next entry */
	int ended_as;    /* explaining the sale that ended last */
	enum not_on_file not_on_file;
	char told[128]; /* trouble that was said last */
	bool told_clock, has_fake, keep_going, refused;
	struct ring_card card;
};

/* One key each, as on a register's keyboard; holdfast-ring(1). */
static const struct {
	const char *name, *entry;
} key_table[] = {
	{"enter", ""},
	{"+", "TL"},
	{"-", "VD"},
	{"esc", "CL"},
	{"f3", "PC"},
	{"f4", "VD"},
	{"f5", "PK"},
	{"f7", "PO"},
	{"f10", "TL"},
};

/* --- the clock a script sets --- */

static void
read_clock(void *arg, struct clock_reading *ret)
{
	struct ring *r = arg;

	if (r->has_fake) {
		*ret = r->fake.now;
	} else {
		struct clock c = clock_system();

		*ret = clock_read(&c);
	}
}

/* A step forward of up to a day is time that passes; one back, or a longer
 * one, is a clock that somebody set. */
static bool
set_clock(struct ring *r, const char *text)
{
	struct utc to;
	int64_t step;

	if (utc_parse(text, strlen(text), &to) != RC_OK ||
		utc_civil(to, 0).year < CLOCK_YEAR_MIN ||
		utc_civil(to, 0).year > CLOCK_YEAR_MAX) {
		return false;
	}
	if (!r->has_fake) {
		read_clock(r, &r->fake.now);
		r->has_fake = true;
	}
	step = to.us - r->fake.now.utc.us;
	r->fake.now.utc = to;
	r->fake.now.mono.us += step >= 0 && step <= CLOCK_DAY_US ? step : 1;
	return true;
}

/* --- answers --- */

/* The sale as it stands, on the way out. */
static int
explain(struct ring *r)
{
	struct err e = {0};
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, r->price->out, r->price->out_bytes);
	rc = till_explain(r->till, r->price->cols, &b, &e);
	return rc == RC_OK ? args_put(r->args, b.p, b.len)
			   : args_fail(r->args, rc, &e);
}

/* Of a trial only what comes of it is an answer. */
static int
answer_price(struct ring *r, const struct reply *p)
{
	if (!p->ok) {
		(void)fprintf(stderr, "holdfast price: entry %llu: %s: %s\n",
			(unsigned long long)r->no, p->error, p->text);
		r->refused = true;
		return EXIT_DONE;
	}
	return r->ended_as;
}

static void
on_end(void *arg)
{
	struct ring *r = arg;

	r->ended_as = explain(r);
}

static int
answer(struct ring *r, const struct reply *p)
{
	struct sbuf b;

	if (r->price != NULL) {
		return answer_price(r, p);
	}

	sbuf_init(&b, r->out, OUT_BYTES);
	ring_answer(&b, r->till, p);
	r->refused = r->refused || !p->ok;
	return args_put(r->args, b.p, b.len);
}

static int
refuse(struct ring *r, const char *word, const char *text)
{
	struct reply p = {.error = word};
	struct sbuf b;

	sbuf_init(&b, p.text, sizeof(p.text));
	sbuf_puts(&b, text);
	return answer(r, &p);
}

/* What stops no sale is said once, beside the answers. */
static void
note(const char *text)
{
	if (text[0] != '\0') {
		(void)fprintf(stderr, "holdfast ring: note: %s\n", text);
	}
}

static void
note_trouble(struct ring *r)
{
	struct till_status s;

	till_status(r->till, &s);
	if (strcmp(s.trouble, r->told) != 0) {
		note(s.trouble);
	}
	if (s.trouble[0] != '\0') {
		memcpy(r->told, s.trouble, sizeof(r->told));
	}
	if (s.clock[0] != '\0' && !r->told_clock) {
		note(s.clock);
	}
	r->told_clock = s.clock[0] != '\0';
}

/* --- entries --- */

static int
run_input(struct ring *r, const struct input *in)
{
	struct reply reply;
	int status;

	ring_card_begin(&r->card);
	till_input(r->till, in, &reply);
	if (r->price == NULL) {
		ring_card_wait(&r->card, &reply);
	}
	status = answer(r, &reply);
	till_devices(r->till);
	note_trouble(r);
	return status;
}

static int
input(struct ring *r, enum input_kind kind, const char *text, size_t len)
{
	/* a line of a script is no slip of a finger */
	struct input in = {.kind = kind,
		.text = text,
		.len = len,
		.reason = r->reason,
		.sure = true};

	r->reason = 0;
	return run_input(r, &in);
}

static bool
has_people(struct ring *r)
{
	struct till_people p;

	till_people(r->till, &p);
	return p.people;
}

/* "7 4711" */
static int
pin(struct ring *r, const char *text)
{
	const char *space = strchr(text, ' ');
	struct input in = {.kind = INPUT_PIN, .text = text};

	if (space == NULL || space[1] == '\0') {
		return refuse(r, "bad_entry",
			"An operator's number and PIN: \\pin 7 4711.");
	}
	in.len = (size_t)(space - text);
	in.secret = space + 1;
	in.secret_len = strlen(space + 1);
	return run_input(r, &in);
}

/* Answers the question for a reason, or goes with the next entry. */
static int
reason(struct ring *r, const char *text)
{
	struct reply ok = {.ok = true};
	int64_t n = 0;

	if (parse_i64(text, strlen(text), 1, 9, &n) != RC_OK) {
		return refuse(r, "bad_entry", "A reason is a number, 1 to 9.");
	}
	if (till_view(r->till)->ask == ASK_REASON) {
		struct input in = {
			.kind = INPUT_REASON, .text = "", .arg = (int)n};

		return run_input(r, &in);
	}
	r->reason = (unsigned)n;
	return answer(r, &ok);
}

static bool
is_keylock(const char *name)
{
	return name[0] != '\0' && name[1] == '\0' &&
	       strchr("SRLXTP", name[0]) != NULL;
}

static int
key(struct ring *r, const char *name)
{
	if (is_keylock(name)) {
		return input(r, INPUT_KEYLOCK, name, 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(key_table); i++) {
		const char *entry = key_table[i].entry;

		if (strcmp(key_table[i].name, name) != 0) {
			continue;
		}
		if (entry[0] == '\0' &&
			till_view(r->till)->state == ENGINE_PAY) {
			return input(r, INPUT_EXACT, "", 0);
		}
		return input(r, INPUT_ENTRY, entry, strlen(entry));
	}
	return refuse(r, "unknown_key", "There is no key of this name.");
}

/* "word rest": the rest behind one blank, as it is. */
static const char *
after_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 ||
		(line[n] != '\0' && line[n] != ' ')) {
		return NULL;
	}
	return line[n] == ' ' ? line + n + 1 : line + n;
}

static int
device(struct ring *r, const char *line)
{
	const char *rest;

	if ((rest = after_word(line, "\\scan")) != NULL) {
		return input(r, INPUT_SCAN, rest, strlen(rest));
	}
	if ((rest = after_word(line, "\\key")) != NULL) {
		return key(r, rest);
	}
	if ((rest = after_word(line, "\\clock")) != NULL) {
		struct reply ok = {.ok = true};

		return set_clock(r, rest)
			       ? answer(r, &ok)
			       : refuse(r, "bad_entry",
					 "A time looks like 2026-11-21T14:32:07Z, in the years "
					 "2000 to 2200.");
	}
	if ((rest = after_word(line, "\\pin")) != NULL) {
		return pin(r, rest);
	}
	if ((rest = after_word(line, "\\reason")) != NULL) {
		return reason(r, rest);
	}
	if ((rest = after_word(line, "\\badge")) != NULL && has_people(r)) {
		return input(r, INPUT_BADGE, rest, strlen(rest));
	}
	if ((rest = after_word(line, "\\weight")) != NULL) {
		struct input in;

		return ring_weight(rest, &in)
			       ? run_input(r, &in)
			       : refuse(r, "bad_entry", "Key \\weight 734.");
	}
	if (after_word(line, "\\badge") != NULL) {
		return refuse(r, "no_device",
			"This register has no such device: key it instead.");
	}
	return refuse(r, "unknown_command",
		"The words are \\scan, \\weight, \\badge, \\pin, \\reason, \\key "
		"and \\clock.");
}

static int
entry(struct ring *r, char *line, size_t len)
{
	if (len > 0 && line[len - 1] == '\r') {
		line[--len] = '\0';
	}
	if (len == 0 || line[0] == '#') {
		return EXIT_DONE;
	}
	if (memchr(line, '\0', len) != NULL) {
		return refuse(r, "bad_entry", "That is no text: key it again.");
	}
	if (line[0] == '\\') {
		int status = device(r, line);

		crypto_wipe(line, len); /* it may be a PIN */
		return status;
	}
	return input(r, INPUT_ENTRY, line, len);
}

/* --- reading --- */

/* Wait for input and meanwhile do what is due. */
static bool
wait_input(void *arg, int from)
{
	struct ring *r = arg;
	int quiet = QUIET_MS;

	if (r->price != NULL) {
		return true; /* nothing is due */
	}
	for (;;) {
		struct pollfd p[1 + WATCH_MAX] = {
			{.fd = from, .events = POLLIN}};
		short events[WATCH_MAX];
		int fd[WATCH_MAX];
		size_t n = till_watch(r->till, fd, events, WATCH_MAX);
		int got;

		for (size_t i = 0; i < n; i++) {
			p[1 + i].fd = fd[i];
			p[1 + i].events = events[i];
		}
		got = poll(p, 1 + n, quiet);
		if (got < 0 && errno != EINTR) {
			return false;
		}
		if (p[0].revents != 0) {
			return true;
		}
		quiet = ring_idle(r->till);
	}
}

static int
run(struct ring *r)
{
	struct err e = {0};
	int status = EXIT_DONE;
	char *line;
	size_t len;

	while (status == EXIT_DONE && (r->keep_going || !r->refused)) {
		enum rc rc = entries_next(&r->from, &line, &len, &e);

		if (rc == RC_NOTFOUND) {
			break;
		}
		r->no++;
		if (rc == RC_OK) {
			status = entry(r, line, len);
		} else if (rc == RC_RANGE) {
			status = refuse(r, "bad_entry",
				"A line is longer than 64 KiB: nothing is "
				"sold by it.");
		} else {
			status = args_fail(r->args, rc, &e);
		}
	}
	return status == EXIT_DONE && r->refused ? EXIT_NOT : status;
}

/* Who the script is, when it says so. */
static int
sign_on(struct ring *r)
{
	char secret[PEOPLE_PIN_MAX + 2];
	struct input in = {.kind = INPUT_PIN, .secret = secret};
	struct reply reply = {.ok = true};
	const char *wrong;

	if (r->operator_no == NULL) {
		return EXIT_DONE;
	}
	wrong = args_secret(
		r->pin_fd, "PIN: ", secret, sizeof(secret), &in.secret_len);
	if (wrong != NULL) {
		return args_usage(r->args, usage, wrong);
	}
	in.text = r->operator_no;
	in.len = strlen(in.text);
	till_input(r->till, &in, &reply);
	crypto_wipe(secret, sizeof(secret));
	if (reply.ok) {
		return EXIT_DONE;
	}
	return answer(r, &reply) == EXIT_DONE ? EXIT_NOT : EXIT_USAGE;
}

/* What stands in the sale in the end; a sale that was ended was explained
 * when it was. */
static int
price(struct ring *r)
{
	char parked[KEY_BYTES];
	struct sbuf b;
	int status = EXIT_DONE;

	till_on_end(r->till, on_end, r);
	if (r->price->at != NULL && !set_clock(r, r->price->at)) {
		return args_usage(r->args, r->price->usage,
			"--at takes a time like 2026-11-21T14:32:07Z");
	}
	if (r->price->parked != NULL) {
		sbuf_init(&b, parked, sizeof(parked));
		sbuf_printf(&b, "%sPK", r->price->parked);
		status = input(r, INPUT_ENTRY, parked, b.len);
	}
	if (status == EXIT_DONE && r->from.fd >= 0 && !r->refused) {
		status = run(r);
	}
	if ((status == EXIT_DONE || (status == EXIT_NOT && r->keep_going)) &&
		till_view(r->till)->basket->n_line > 0) {
		status = explain(r);
	}
	return status == EXIT_DONE && r->refused ? EXIT_NOT : status;
}

/* The scale's, answered as one that was given. */
static void
on_weight(void *arg, const struct input *in)
{
	(void)run_input(arg, in);
}

static int
open_and_run(struct ring *r)
{
	struct shop_conf conf =
		args_shop(r->args, r->price != NULL ? SHOP_READ : SHOP_WRITE);
	struct err e = {0};
	int status;
	enum rc rc;

	conf.clock = (struct clock){.read = read_clock, .arg = r};
	rc = till_open(&conf, &r->till, &e);
	if (rc != RC_OK) {
		return args_fail(r->args, rc, &e);
	}
	till_set_not_on_file(r->till, r->not_on_file);
	if (r->price != NULL) {
		status = price(r);
		till_close(r->till);
		return status;
	}
	till_weights(r->till, on_weight, r);
	note(till_note(r->till));
	note(till_conf_note(r->till));
	till_devices(r->till);
	ring_card_start(&r->card, r->till);
	note(r->card.reply.text);
	note_trouble(r);
	status = sign_on(r);
	if (status == EXIT_DONE) {
		status = run(r);
	}
	till_close(r->till);
	return status;
}

static bool
parse_policy(const char *s, enum not_on_file *ret)
{
	static const char *const word[] = {[NOT_ON_FILE_REFUSE] = "refuse",
		[NOT_ON_FILE_LINE] = "line",
		[NOT_ON_FILE_STOP] = "stop"};

	for (size_t i = 0; i < ARRAY_LEN(word); i++) {
		if (strcmp(word[i], s) == 0) {
			*ret = (enum not_on_file)i;
			return true;
		}
	}
	return false;
}

/* Entries of ${path}, "-" stdin; NULL there are none. */
static int
run_file(struct ring *r, const char *path)
{
	struct err e = {0};
	int status;
	enum rc rc = entries_open(&r->from, path, wait_input, r, &e);

	r->out = malloc(OUT_BYTES);
	if (rc == RC_OK && r->out == NULL) {
		rc = RC_NOMEM;
	}
	status = rc == RC_OK ? open_and_run(r) : args_fail(r->args, rc, &e);
	entries_close(&r->from);
	free(r->out);
	return status;
}

int
ring_price(const struct args *a, const struct ring_price *p)
{
	struct ring r = {.args = a, .price = p, .keep_going = p->keep_going};

	return run_file(&r, p->path);
}

int
verb_ring(int argc, char *argv[])
{
	struct ring r = {0};
	const char *policy = NULL;
	struct opt opt[] = {{"keep-going", OPT_FLAG, &r.keep_going},
		{"not-on-file", OPT_TEXT, &policy},
		{"operator", OPT_TEXT, &r.operator_no},
		{"pin-fd", OPT_TEXT, &r.pin_fd}};
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, 1);
	if (status >= 0) {
		return status;
	}
	if (policy != NULL && !parse_policy(policy, &r.not_on_file)) {
		status = args_usage(
			&a, usage, "--not-on-file is refuse, line or stop");
		args_done(&a);
		return status;
	}
	r.args = &a;
	status = run_file(&r, a.n == 1 ? a.rest[0] : "-");
	args_done(&a);
	return status;
}
