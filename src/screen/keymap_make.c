/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/i18n.h"
#include "register/entry.h"
#include "screen/keymap_internal.h"

#include "base/poison.h"

const char *const keymap_profiles[] = {
	"full", "numpad", "vt", "prog", "reader", NULL};

#define SEQ_MAX 50000

static const char lock_positions[] = "LRXSPT";

/* What a profile adds to the table. */
static const struct {
	const char *profile;
	struct binding row;
} profile_rows[] = {
	/* seventeen keys: the slash is free, since the menu finds, too */
	{"numpad", {~0u, KEYS_CHAR, '/', WHEN_ALWAYS, ACTION_CLEAR, NULL, "/",
			   NULL}},
};

/* --- making ---------------------------------------------------------------- */

void
keymap_add(struct keymap *m, const struct keybind *b, enum keymap_rank rank)
{
	if (m->n_line == m->cap_line) {
		size_t cap = m->cap_line > 0 ? m->cap_line * 2 : 128;
		struct keymap_line *p =
			realloc(m->line, cap * sizeof(*m->line));

		if (p == NULL) {
			m->no_memory = true;
			return;
		}
		m->line = p;
		m->cap_line = cap;
	}
	m->line[m->n_line].b = *b;
	m->line[m->n_line++].rank = rank;
}

void
keymap_wrong(struct keymap *m, int line, int col, const char *text)
{
	if (m->n_problem < KEYMAP_PROBLEMS) {
		struct keymap_problem *p = &m->problem[m->n_problem];
		struct sbuf b;

		p->line = line;
		p->col = col;
		sbuf_init(&b, p->text, sizeof(p->text));
		sbuf_puts(&b, text);
	}
	m->n_problem++;
}

static void
add_row(struct keymap *m, const struct binding *r, enum keymap_rank rank)
{
	struct keybind b = {.screens = r->screens,
		.code = r->code,
		.ch = r->ch,
		.when = r->when,
		.action = r->action,
		.listed = r->key != NULL || r->code == KEYS_CHAR,
		.bar = r->bar,
		.help = r->help};

	keymap_add(m, &b, rank);
}

static void
add_tables(struct keymap *m)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(profile_rows); i++) {
		if (strcmp(profile_rows[i].profile, m->profile) == 0) {
			add_row(m, &profile_rows[i].row, RANK_PROFILE);
		}
	}
	for (i = 0; i < keymap_n; i++) {
		add_row(m, &keymap[i], RANK_TABLE);
	}
}

/* The strongest first; of one rank in a file the last line. */
static void
put_in_force(struct keymap *m)
{
	int rank;
	size_t i;

	m->bind = calloc(m->n_line + 1, sizeof(*m->bind));
	if (m->bind == NULL) {
		m->no_memory = true;
		return;
	}
	for (rank = RANK_SCREEN; rank <= RANK_TABLE; rank++) {
		for (i = 0; i < m->n_line; i++) {
			size_t at = rank < RANK_PROFILE ? m->n_line - 1 - i : i;

			if ((int)m->line[at].rank == rank) {
				m->bind[m->n_bind++] = m->line[at].b;
			}
		}
	}
	free(m->line);
	m->line = NULL;
}

static void
fill_fixed(struct keymap *m)
{
	size_t i;

	for (i = 0; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);

		m->of_action[i] = (struct keybind){.screens = ~0u,
			.code = KEYS_COMMAND,
			.ch = (int32_t)i,
			.action = (enum action)i};
		if (info->framed && info->code != NULL) {
			struct keys_word *w = &m->framed[m->n_framed++];

			memcpy(w->text, info->code, strlen(info->code) + 1);
			w->value = (int32_t)i;
		}
	}
	for (i = 0; i < KEYMAP_POSITIONS; i++) {
		m->of_lock[i] = (struct keybind){.screens = ~0u,
			.code = KEYS_KEYLOCK,
			.ch = lock_positions[i],
			.action = ACTION_KEYLOCK,
			.arg = lock_positions[i]};
	}
}

static bool
is_prog(const struct keymap *m)
{
	return strcmp(m->profile, "prog") == 0;
}

/* What every scanner that frames uses, unless the file has it. */
static void
add_stx(struct keymap *m)
{
	struct keys_frame f = {.kind = FRAME_SCAN,
		.prefix = {{0x02}, 1},
		.suffix = {{0x03}, 1}};
	size_t i;

	for (i = 0; i < m->frames.n; i++) {
		if (m->frame[i].prefix.cp[0] == 0x02) {
			return;
		}
	}
	if (is_prog(m)) {
		f.kind = FRAME_EITHER;
		f.word = m->framed;
		f.n_word = m->n_framed;
	}
	m->frame[m->frames.n++] = f;
}

static void
choose_profile(struct keymap *m, const char *name)
{
	size_t i;

	for (i = 0; keymap_profiles[i] != NULL; i++) {
		if (strcmp(keymap_profiles[i], name) == 0) {
			m->profile = keymap_profiles[i];
			m->profile_set = true;
		}
	}
}

enum rc
keymap_new(const struct keymap_source *s, struct keymap **ret)
{
	struct keymap *m = calloc(1, sizeof(*m));
	enum rc rc = RC_NOMEM;

	if (m == NULL) {
		goto out;
	}
	m->profile = keymap_profiles[0];
	/* curses numbers its keys with 16 bits */
	m->next_seq =
		s->first_seq > 0 && s->first_seq < SEQ_MAX ? s->first_seq : 1;
	if (s->profile != NULL) {
		choose_profile(m, s->profile);
	}
	fill_fixed(m);
	m->codes_known = s->code != NULL;
	for (; s->code != NULL && m->n_code < s->n_code &&
		m->n_code < KEYMAP_CODES;
		m->n_code++) {
		memcpy(m->code[m->n_code], s->code[m->n_code],
			sizeof(m->code[0]) - 1);
	}
	m->cap_pool = s->text != NULL ? 2 * s->len + 64 : 64;
	m->pool = malloc(m->cap_pool);
	m->device = calloc(KEYMAP_FRAMES, sizeof(*m->device));
	if (m->pool == NULL || m->device == NULL) {
		goto out;
	}
	if (s->text != NULL) {
		keymap_read_file(m, s->text, s->len);
	}
	if (!m->profile_set && s->wanted != NULL) {
		choose_profile(m, s->wanted);
	}
	m->frames.frame = m->frame;
	m->frames.gap_us = m->gap_us;
	if (is_prog(m)) {
		m->frames.typed = m->framed;
		m->frames.n_typed = m->n_framed;
	}
	keymap_device_finish(m);
	add_stx(m);
	add_tables(m);
	if (!m->no_memory) {
		put_in_force(m);
	}
	if (m->no_memory) {
		goto out;
	}
	*ret = m;
	m = NULL;
	rc = RC_OK;
out:
	keymap_free(m);
	return rc;
}

void
keymap_free(struct keymap *m)
{
	if (m != NULL) {
		free(m->line);
		free(m->bind);
		free(m->pool);
		free(m->device);
		free(m);
	}
}

/* --- asking ---------------------------------------------------------------- */

static bool
prompt_fits(const struct keybind *b, const char *prompt)
{
	if (b->when == WHEN_EMPTY) {
		return prompt[0] == '\0';
	}
	if (b->when == WHEN_NUMBER) {
		return prompt[strspn(prompt, "0123456789")] == '\0';
	}
	return true;
}

static bool
has_char(enum keys_code code)
{
	return code == KEYS_CHAR || code == KEYS_OTHER || code == KEYS_PREFIX ||
	       code == KEYS_SEQ;
}

static const struct keybind *
look_up(const struct keymap *m, enum screen_bit screen, enum keys_code code,
	int32_t ch, const char *prompt)
{
	size_t i;

	for (i = 0; i < m->n_bind; i++) {
		const struct keybind *b = &m->bind[i];

		if ((b->screens & (unsigned)screen) != 0 && b->code == code &&
			(!has_char(code) || b->ch == ch) &&
			prompt_fits(b, prompt)) {
			return b;
		}
	}
	return NULL;
}

static const struct keybind *
find_framed(const struct keymap *m, enum screen_bit screen,
	const struct key_event *ev)
{
	size_t i;

	if (ev->code == KEYS_COMMAND && ev->cp > 0 && ev->cp < ACTION_COUNT &&
		(keymap_valid(m, screen, (enum action)ev->cp) ||
			keymap_coded(m, screen, (enum action)ev->cp))) {
		return &m->of_action[ev->cp];
	}
	for (i = 0; i < KEYMAP_POSITIONS && ev->code == KEYS_KEYLOCK; i++) {
		if (m->of_lock[i].ch == ev->cp) {
			return &m->of_lock[i];
		}
	}
	return NULL;
}

const struct keybind *
keymap_find(const struct keymap *m, enum screen_bit screen,
	const struct key_event *ev, const char *prompt)
{
	const struct keybind *b = NULL;

	if (ev->code == KEYS_COMMAND || ev->code == KEYS_KEYLOCK) {
		return find_framed(m, screen, ev);
	}
	if (ev->cp != 0 && ev->code >= KEYS_F1 && ev->code <= KEYS_F12) {
		b = look_up(m, screen, KEYS_PREFIX, ev->cp, prompt);
	}
	if (b == NULL) {
		b = look_up(m, screen, ev->code, ev->cp, prompt);
	}
	return b == NULL || b->action == ACTION_NONE ? NULL : b;
}

bool
keymap_live(
	const struct keymap *m, enum screen_bit screen, const struct keybind *b)
{
	const char *prompt = b->when == WHEN_NUMBER ? "1" : "";

	return (b->screens & (unsigned)screen) != 0 &&
	       b->action != ACTION_NONE &&
	       look_up(m, screen, b->code, b->ch, prompt) == b;
}

/* Letters that somebody understands. */
static bool
is_command(const struct keymap *m, const struct action_info *info)
{
	const char *code = info->code;
	size_t i;

	if (!m->codes_known && info->group == GROUP_PAY) {
		return true;
	}
	for (i = 0; i < m->n_code; i++) {
		if (strcmp(m->code[i], code) == 0) {
			return true;
		}
	}
	for (i = 0; i < command_table_n; i++) {
		if (strcmp(command_table[i].letters, code) == 0) {
			return true;
		}
	}
	return false;
}

static bool
in_table(unsigned screens, enum action action)
{
	size_t i;

	for (i = 0; i < keymap_n; i++) {
		if (keymap[i].action == action &&
			(keymap[i].screens & screens) != 0) {
			return true;
		}
	}
	return false;
}

bool
keymap_valid(const struct keymap *m, enum screen_bit screen, enum action action)
{
	const struct action_info *info = action_info(action);

	if (action == ACTION_ENTRY) {
		return ((unsigned)screen & KEYMAP_PROMPTS) != 0;
	}
	if (in_table((unsigned)screen, action)) {
		return true;
	}
	return (info->screens & (unsigned)screen) != 0 &&
	       (!info->sends || is_command(m, info));
}

bool
keymap_coded(const struct keymap *m, enum screen_bit screen, enum action action)
{
	const struct action_info *info = action_info(action);

	return info->code != NULL && ((unsigned)screen & KEYMAP_PROMPTS) != 0 &&
	       keymap_valid(m, screen, action);
}

bool
keymap_sends(const struct keymap *m, enum screen_bit screen, enum action action)
{
	return !in_table((unsigned)screen, action) &&
	       action_info(action)->sends && keymap_coded(m, screen, action);
}

const struct keybind *
keymap_of_action(const struct keymap *m, enum action action)
{
	return &m->of_action[action];
}

static const struct keybind *
bar_binding(const struct keymap *m, enum screen_bit screen, unsigned n)
{
	const struct keybind *b = look_up(m, screen, keys_f(n), 0, "");

	return b == NULL || b->action == ACTION_NONE || b->bar == NULL ? NULL
								       : b;
}

const char *
keymap_bar(const struct keymap *m, enum screen_bit screen, unsigned n)
{
	const struct keybind *b = bar_binding(m, screen, n);

	return b != NULL ? _(b->bar) : "";
}

const char *
keymap_bar_key(const struct keymap *m, enum screen_bit screen, unsigned n)
{
	static const char *const numbers[] = {"", "1", "2", "3", "4", "5", "6",
		"7", "8", "9", "10", "11", "12"};
	const struct keybind *b = bar_binding(m, screen, n);

	if (b != NULL && keymap_no_fkeys(m) &&
		keymap_coded(m, screen, b->action)) {
		return action_info(b->action)->code;
	}
	return n < ARRAY_LEN(numbers) ? numbers[n] : "";
}

size_t
keymap_problems(const struct keymap *m)
{
	return m->n_problem;
}

const struct keymap_problem *
keymap_problem(const struct keymap *m, size_t i)
{
	return &m->problem[i];
}

const char *
keymap_profile(const struct keymap *m)
{
	return m->profile;
}

bool
keymap_profile_known(const char *s)
{
	size_t i;

	for (i = 0; keymap_profiles[i] != NULL; i++) {
		if (strcmp(keymap_profiles[i], s) == 0) {
			return true;
		}
	}
	return false;
}

bool
keymap_no_fkeys(const struct keymap *m)
{
	return strcmp(m->profile, "vt") == 0 ||
	       strcmp(m->profile, "reader") == 0;
}

int
keymap_esc_ms(const struct keymap *m)
{
	return m->esc_ms;
}

const struct keys_frames *
keymap_frames(const struct keymap *m)
{
	return &m->frames;
}

const struct keymap_seq *
keymap_seqs(const struct keymap *m, size_t *ret_n)
{
	*ret_n = m->n_seq;
	return m->seq;
}

int
keymap_next_seq(const struct keymap *m)
{
	return m->next_seq;
}

const struct keybind *
keymap_binding(const struct keymap *m, size_t i)
{
	return i < m->n_bind ? &m->bind[i] : NULL;
}
