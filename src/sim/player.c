/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/player.h"

#include <string.h>

#include "base/poison.h"

#define ROUNDS_MAX 64
/* What was sent last is read before the line goes: a terminal that hangs up
 * takes with it what nobody has read. */
#define PULL_US INT64_C(20000)
#define NOISE_MAX 512
#define MANY 1000000

static bool
take_plain(struct player *p, const char *name)
{
	if (strcmp(name, "unplug") == 0 || strcmp(name, "plug") == 0) {
		p->in = name[0] == 'p';
		p->pull.us = -1;
		return true;
	}
	if (strcmp(name, "calm") == 0) {
		p->in = true;
		p->pull.us = -1;
		p->mute = p->deaf = false;
		p->delay_us = p->slow_us = 0;
		p->noise = 0;
		p->cut = -1;
		p->garbage = p->twice = p->spoil = p->lose = 0;
		return true;
	}
	return false;
}

/* --- what goes out -------------------------------------------------------- */

static uint8_t
random_byte(struct player *p)
{
	uint32_t x = p->seed;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	p->seed = x;
	return (uint8_t)(x >> 11);
}

static void
drop_all(struct player *p)
{
	p->n_byte = 0;
	p->n_piece = 0;
}

/* All of it, or nothing: what is missing is a fault of its own, and told. */
static bool
queue(struct player *p, struct mono now, const uint8_t *b, size_t n)
{
	struct player_piece *piece;

	if (n == 0) {
		return true;
	}
	if (n > PLAYER_BYTES - p->n_byte || p->n_piece == PLAYER_PIECES) {
		p->n_overrun += n;
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		p->byte[(p->at + p->n_byte++) % PLAYER_BYTES] = b[i];
	}
	piece = &p->piece[(p->first + p->n_piece++) % PLAYER_PIECES];
	piece->due.us = now.us + p->delay_us;
	piece->gap_us = p->slow_us;
	piece->n = n;
	piece->cut = false;
	return true;
}

static void
queue_noise(struct player *p, struct mono now, size_t n)
{
	uint8_t b[NOISE_MAX];

	for (size_t i = 0; i < n; i++) {
		b[i] = random_byte(p);
	}
	(void)queue(p, now, b, n);
}

static bool
one_of(unsigned *left)
{
	if (*left == 0) {
		return false;
	}
	(*left)--;
	return true;
}

/* What the device answered, as the line carries it. */
static void
answer(struct player *p, struct mono now)
{
	size_t n = p->out.n_byte;
	bool twice;

	if (n == 0 || !p->plugged || p->mute || p->pull.us >= 0 ||
		one_of(&p->lose)) {
		return;
	}
	if (one_of(&p->garbage)) {
		queue_noise(p, now, (size_t)p->noise);
	}
	if (one_of(&p->spoil)) {
		p->out.byte[n - 1] ^= 0x01;
	}
	twice = one_of(&p->twice);
	if (p->cut >= 0) {
		n = (uint64_t)p->cut < n ? (size_t)p->cut : n;
		p->cut = -1;
		if (n == 0) {
			p->in = false;
		} else if (queue(p, now, p->out.byte, n)) {
			p->piece[(p->first + p->n_piece - 1) % PLAYER_PIECES]
				.cut = true;
		}
		return;
	}
	for (int i = 0; i < (twice ? 2 : 1); i++) {
		if (!queue(p, now, p->out.byte, n)) {
			p->say(p->arg, "line: nobody reads, an answer is lost");
		}
	}
}

/* What the device says, a line at a time. */
static void
tell_all(struct player *p)
{
	char *line = p->out.say;

	while (*line != '\0') {
		char *end = strchr(line, '\n');

		if (end != NULL) {
			*end = '\0';
		}
		p->say(p->arg, line);
		scenario_said(&p->scenario, line);
		line = end != NULL ? end + 1 : line + strlen(line);
	}
}

static void
done(struct player *p, struct mono now)
{
	answer(p, now);
	p->wake = p->out.deadline;
	tell_all(p);
}

static void
step(struct player *p, struct mono now, const uint8_t *in, size_t n)
{
	sim_begin(&p->out);
	p->device->step(p->state, now, in, n, &p->out);
	done(p, now);
}

/* The device learns whether its line is whole. */
static void
settle(struct player *p, struct mono now)
{
	bool plugged;

	if (p->pull.us >= 0 && p->pull.us <= now.us) {
		p->pull.us = -1;
		p->in = false;
	}
	plugged = p->in && p->there;
	if (plugged == p->plugged) {
		return;
	}
	p->plugged = plugged;
	if (!plugged) {
		drop_all(p);
	}
	if (p->device->plug != NULL) {
		p->device->plug(p->state, plugged);
	}
	step(p, now, NULL, 0);
}

/* --- commands ------------------------------------------------------------- */

const char *
player_commands(void)
{
	return "unplug\nplug\nmute on|off\ndeaf on|off\ndelay TIME|off\n"
	       "slow TIME|off\nnoise BYTES\ngarbage [N [BYTES]]\ndouble [N]\n"
	       "spoil [N]\nlose [N]\ncut BYTES\ncalm";
}

static enum rc
take_switch(const char *value, bool *ret, struct err *reterr)
{
	if (*value != '\0' && strcmp(value, "on") != 0 &&
		strcmp(value, "off") != 0) {
		return err_set(reterr, RC_INVAL, 0, "player",
			"'%.40s' cannot be: write on or off", value);
	}
	*ret = strcmp(value, "off") != 0;
	return RC_OK;
}

static enum rc
take_time(const char *value, int64_t *ret, struct err *reterr)
{
	if (strcmp(value, "off") == 0) {
		*ret = 0;
		return RC_OK;
	}
	return scenario_time(value, ret, reterr);
}

static enum rc
take_count(const char *value, unsigned *ret, struct err *reterr)
{
	int64_t n = 1;
	enum rc rc = RC_OK;

	if (*value != '\0') {
		rc = sim_number(value, 0, MANY, &n, reterr);
	}
	if (rc == RC_OK) {
		*ret = (unsigned)n;
	}
	return rc;
}

static enum rc
take_noise(struct player *p, struct mono now, const char *value,
	struct err *reterr)
{
	int64_t n;
	enum rc rc = sim_number(value, 1, NOISE_MAX, &n, reterr);

	if (rc == RC_OK && p->plugged) {
		queue_noise(p, now, (size_t)n);
	}
	return rc;
}

static enum rc
take_garbage(struct player *p, const char *value, const char *bytes,
	struct err *reterr)
{
	int64_t n = 8;
	enum rc rc = RC_OK;

	if (*bytes != '\0') {
		rc = sim_number(bytes, 1, NOISE_MAX, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = take_count(value, &p->garbage, reterr);
	}
	if (rc == RC_OK) {
		p->noise = n;
	}
	return rc;
}

/* RC_NOTFOUND: it is none of the line's, but the device's. */
static enum rc
take_command(
	struct player *p, struct mono now, const char *line, struct err *reterr)
{
	char name[16], value[24], more[24];
	const char *rest = line;
	enum rc rc = RC_NOTFOUND;

	name[0] = value[0] = more[0] = '\0';
	if (sim_word(&rest, name, sizeof(name)) &&
		sim_word(&rest, value, sizeof(value)) &&
		sim_word(&rest, more, sizeof(more)) && *rest != '\0') {
		return RC_NOTFOUND;
	}
	if (value[0] == '\0' && take_plain(p, name)) {
		return RC_OK;
	}
	if (strcmp(name, "garbage") == 0) {
		return take_garbage(p, value, more, reterr);
	}
	if (more[0] != '\0') {
		return RC_NOTFOUND;
	}
	if (strcmp(name, "mute") == 0) {
		rc = take_switch(value, &p->mute, reterr);
	} else if (strcmp(name, "deaf") == 0) {
		rc = take_switch(value, &p->deaf, reterr);
	} else if (strcmp(name, "delay") == 0) {
		rc = take_time(value, &p->delay_us, reterr);
	} else if (strcmp(name, "slow") == 0) {
		rc = take_time(value, &p->slow_us, reterr);
	} else if (strcmp(name, "noise") == 0) {
		rc = take_noise(p, now, value, reterr);
	} else if (strcmp(name, "double") == 0) {
		rc = take_count(value, &p->twice, reterr);
	} else if (strcmp(name, "spoil") == 0) {
		rc = take_count(value, &p->spoil, reterr);
	} else if (strcmp(name, "lose") == 0) {
		rc = take_count(value, &p->lose, reterr);
	} else if (strcmp(name, "cut") == 0) {
		rc = sim_number(value, 0, MANY, &p->cut, reterr);
	}
	return rc;
}

static enum rc
carry_out(
	struct player *p, struct mono now, const char *line, struct err *reterr)
{
	enum rc rc = take_command(p, now, line, reterr);

	if (rc != RC_NOTFOUND) {
		settle(p, now);
		return rc;
	}
	sim_begin(&p->out);
	rc = p->device->tell(p->state, now, line, &p->out, reterr);
	if (rc != RC_OK) {
		p->out.n_byte = 0;
		p->out.say[0] = '\0';
	}
	/* What it waits for anyway, tell() may not have said again. */
	if (p->wake.us >= 0) {
		sim_by(&p->out, p->wake);
	}
	done(p, now);
	return rc;
}

static void
run_scenario(struct player *p, struct mono now)
{
	for (int i = 0; i < ROUNDS_MAX; i++) {
		const char *line = scenario_due(&p->scenario, now);
		char text[SCENARIO_TEXT + 16];
		struct err e = {0};
		struct sbuf b;

		if (line == NULL) {
			return;
		}
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, "scenario: ");
		sbuf_puts(&b, line);
		p->say(p->arg, text);
		if (carry_out(p, now, line, &e) != RC_OK) {
			p->say(p->arg, e.msg);
		}
	}
}

/* --- the player ----------------------------------------------------------- */

enum rc
player_init(struct player *p, const struct sim_device *d, void *state,
	const struct sim_opt opt[], size_t n, player_say_fn say, void *arg,
	struct err *reterr)
{
	memset(p, 0, sizeof(*p));
	p->device = d;
	p->state = state;
	p->say = say;
	p->arg = arg;
	p->wake.us = -1;
	p->pull.us = -1;
	p->cut = -1;
	p->seed = 0x2545f491;
	return d->open(state, opt, n, reterr);
}

void
player_start(struct player *p, struct mono now)
{
	p->in = true;
	scenario_start(&p->scenario, now);
	step(p, now, NULL, 0);
	run_scenario(p, now);
}

void
player_line(struct player *p, struct mono now, bool there)
{
	p->there = there;
	settle(p, now);
	run_scenario(p, now);
}

void
player_feed(struct player *p, struct mono now, const uint8_t *in, size_t n)
{
	if (n == 0 || p->deaf || !p->plugged) {
		return;
	}
	step(p, now, in, n);
	settle(p, now);
	run_scenario(p, now);
}

void
player_run(struct player *p, struct mono now)
{
	for (int i = 0;
		i < ROUNDS_MAX && p->wake.us >= 0 && p->wake.us <= now.us;
		i++) {
		step(p, now, NULL, 0);
	}
	settle(p, now);
	run_scenario(p, now);
}

size_t
player_take(struct player *p, struct mono now, uint8_t *out, size_t cap)
{
	size_t got = 0;

	while (p->n_piece > 0 && got < cap) {
		struct player_piece *piece = &p->piece[p->first];
		size_t n = piece->gap_us > 0 ? 1 : piece->n;
		bool cut;

		if (piece->due.us > now.us) {
			break;
		}
		n = n < cap - got ? n : cap - got;
		for (size_t i = 0; i < n; i++) {
			out[got++] = p->byte[p->at];
			p->at = (p->at + 1) % PLAYER_BYTES;
		}
		p->n_byte -= n;
		piece->n -= n;
		piece->due.us += piece->gap_us;
		if (piece->n > 0) {
			continue;
		}
		cut = piece->cut;
		p->first = (p->first + 1) % PLAYER_PIECES;
		p->n_piece--;
		if (cut) {
			drop_all(p);
			p->pull.us = now.us + PULL_US;
		}
	}
	return got;
}

bool
player_in(const struct player *p)
{
	return p->in;
}

struct mono
player_deadline(const struct player *p)
{
	struct mono at = scenario_deadline(&p->scenario);
	const struct mono other[] = {
		p->wake,
		p->pull,
		p->n_piece > 0 ? p->piece[p->first].due : (struct mono){-1},
	};

	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		if (other[i].us >= 0 && (at.us < 0 || other[i].us < at.us)) {
			at = other[i];
		}
	}
	return at;
}

enum rc
player_tell(
	struct player *p, struct mono now, const char *line, struct err *reterr)
{
	enum rc rc = carry_out(p, now, line, reterr);

	run_scenario(p, now);
	return rc;
}
