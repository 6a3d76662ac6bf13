/* SPDX-License-Identifier: Apache-2.0 */
#include <curses.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "screen/term.h"

/* behind curses.h, which it needs */
#include <term.h>

#include "base/poison.h"

/* The input half of the terminal: bytes to key events. */

#define KEYPAD_BASE (KEY_MAX + 1)
#define PASTE_BEGIN (KEY_MAX + 64)
#define PASTE_END (KEY_MAX + 65)
/* of sequences, by their id; curses keeps 16 bits of a key's number */
#define SEQ_BASE 0x1000
#define SEQ_END 0xffff

/* How long the rest of an escape sequence may take on its way. */
enum {
	ESC_LOCAL_MS = 25,
	ESC_SERIAL_MS = 150,
	ESC_SSH_MS = 300
};

/* The second net under the keypad's digit mode. */
static void
map_keypad(void)
{
	static const char letters[] = "MXjklmnopqrstuvwxy";
	size_t i;

	for (i = 0; letters[i] != '\0'; i++) {
		char seq[4] = {27, 'O', letters[i], '\0'};

		(void)define_key(seq, KEYPAD_BASE + (int)i);
	}
}

static bool
is_remote(void)
{
	/* One process, one thread: nobody changes the environment. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *ssh = getenv("SSH_CONNECTION");

	return ssh != NULL && ssh[0] != '\0';
}

static bool
is_serial(void)
{
	static const char *const names[] = {
		"/dev/ttyS", "/dev/ttyUSB", "/dev/ttyACM", "/dev/ttyAMA"};
	char name[64];
	size_t i;

	if (ttyname_r(STDIN_FILENO, name, sizeof(name)) != 0) {
		return false;
	}
	for (i = 0; i < ARRAY_LEN(names); i++) {
		if (strncmp(name, names[i], strlen(names[i])) == 0) {
			return true;
		}
	}
	return false;
}

void
term_keys_begin(void)
{
	map_keypad();
	(void)define_key("\033[200~", PASTE_BEGIN);
	(void)define_key("\033[201~", PASTE_END);
	if (is_remote()) {
		/* There a paste is likely; at a counter nobody pastes. */
		(void)putp("\033[?2004h");
	}
}

void
term_keys_end(void)
{
	if (is_remote()) {
		(void)putp("\033[?2004l");
	}
}

void
term_esc_delay(struct terminal *t, int ms)
{
	(void)t;
	if (ms <= 0) {
		ms = is_remote()   ? ESC_SSH_MS
		     : is_serial() ? ESC_SERIAL_MS
				   : ESC_LOCAL_MS;
	}
	(void)set_escdelay(ms);
}

static int
seq_number(int id)
{
	return id > 0 && id <= SEQ_END - SEQ_BASE ? SEQ_BASE + id : 0;
}

void
term_sequences(struct terminal *t, struct term_seqs *s,
	const struct keymap_seq seq[], size_t n)
{
	size_t i;

	(void)t;
	while (s->n > 0) {
		/* what the terminal's description says of it, or nothing */
		s->n--;
		(void)define_key((const char *)s->seq[s->n].bytes,
			s->was[s->n] > 0 ? s->was[s->n] : 0);
	}
	for (i = 0; i < n && i < TERM_SEQS; i++) {
		s->seq[i] = seq[i];
		s->was[i] = key_defined((const char *)seq[i].bytes);
		(void)define_key(
			(const char *)seq[i].bytes, seq_number(seq[i].id));
		s->n++;
	}
}

static const struct {
	int key;
	enum keys_code code;
} key_table[] = {
	{KEY_ENTER, KEYS_ENTER},
	{KEY_BACKSPACE, KEYS_BACKSPACE},
	{KEY_DC, KEYS_DELETE},
	{KEY_IC, KEYS_INSERT},
	{KEY_UP, KEYS_UP},
	{KEY_DOWN, KEYS_DOWN},
	{KEY_LEFT, KEYS_LEFT},
	{KEY_RIGHT, KEYS_RIGHT},
	{KEY_PPAGE, KEYS_PGUP},
	{KEY_NPAGE, KEYS_PGDN},
	{KEY_HOME, KEYS_HOME},
	{KEY_FIND, KEYS_HOME},
	{KEY_END, KEYS_END},
	{KEY_SELECT, KEYS_END},
	{PASTE_BEGIN, KEYS_PASTE},
	{PASTE_END, KEYS_PASTED},
};

static void
from_key(int key, struct key_event *ret)
{
	static const char keypad_chars[] = "\r=*+,-./0123456789";
	size_t i;

	if (key >= KEYPAD_BASE &&
		key < KEYPAD_BASE + (int)sizeof(keypad_chars) - 1) {
		ret->cp = (unsigned char)keypad_chars[key - KEYPAD_BASE];
		ret->code = keys_from_cp(ret->cp);
		return;
	}
	if (key > SEQ_BASE && key <= SEQ_END) {
		ret->code = KEYS_SEQ;
		ret->cp = key - SEQ_BASE;
		return;
	}
	if (key >= KEY_F(1) && key <= KEY_F(24)) {
		ret->code = keys_f((unsigned)(key - KEY_F(1)) + 1);
		return;
	}
	ret->code = KEYS_OTHER;
	for (i = 0; i < ARRAY_LEN(key_table); i++) {
		if (key_table[i].key == key) {
			ret->code = key_table[i].code;
		}
	}
}

bool
term_read(struct terminal *t, struct key_event *ret, bool *ret_resized)
{
	wint_t wc = 0;
	int rc = get_wch(&wc);

	(void)t;
	*ret_resized = false;
	memset(ret, 0, sizeof(*ret));
	if (rc == ERR) {
		return false;
	}
	if (rc == KEY_CODE_YES) {
		if ((int)wc == KEY_RESIZE) {
			*ret_resized = true;
		} else {
			from_key((int)wc, ret);
		}
		return true;
	}
	ret->cp = (int32_t)wc;
	ret->code = keys_from_cp(ret->cp);
	return true;
}
