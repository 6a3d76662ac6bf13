/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_KEYMAP_INTERNAL_H
#define SCREEN_KEYMAP_INTERNAL_H

#include "screen/keymap.h"

/* Shared by the keymap_*.c files. */

#define KEYMAP_SEQS 64
#define KEYMAP_FRAMES 16
#define KEYMAP_CODES 16
#define KEYMAP_POSITIONS 6
#define KEYMAP_FILE_MAX ((size_t)65536)

enum {
	KEYMAP_SELLING = SCREEN_READY | SCREEN_SALE,
	KEYMAP_PROMPTS = SCREEN_READY | SCREEN_SALE | SCREEN_PAY |
			 SCREEN_RETURN
};

/* The weaker the higher. */
enum keymap_rank {
	RANK_SCREEN,
	RANK_GLOBAL,
	RANK_PROFILE,
	RANK_TABLE
};

struct keymap_line {
	struct keybind b;
	enum keymap_rank rank;
};

/** A [device] or [keylock] of the file, until frames are made of them. */
struct keymap_device {
	char name[64];
	int line;
	enum keys_frame_kind kind;
	bool keylock;	 /* a [keylock] section */
	bool has_prefix; /* its own */
	bool wrong;	 /* said already */
	struct keys_frame frame;
	bool has_allow;
	struct keys_word word[ACTION_COUNT];
	size_t n_word;
};

struct keymap {
	const char *profile;
	bool profile_set; /* by the command line or the file */
	int esc_ms;
	bool codes_known;
	char code[KEYMAP_CODES][4]; /* of tenders */
	size_t n_code;
	struct keymap_line *line; /* while it is made */
	size_t n_line, cap_line;
	struct keybind *bind; /* in force, the strongest first */
	size_t n_bind;
	struct keybind of_action[ACTION_COUNT];
	struct keybind of_lock[KEYMAP_POSITIONS];
	char *pool; /* texts of the file */
	size_t n_pool, cap_pool;
	struct keymap_seq seq[KEYMAP_SEQS];
	size_t n_seq;
	int next_seq;
	struct keymap_device *device;
	size_t n_device;
	struct keys_frame frame[KEYMAP_FRAMES];
	struct keys_frames frames;
	int64_t gap_us; /* scan_gap, 0 none */
	struct keys_word framed[ACTION_COUNT]; /* may come framed by default */
	size_t n_framed;
	struct keymap_problem problem[KEYMAP_PROBLEMS];
	size_t n_problem;
	bool no_memory;
};

/* keymap_make.c */
void keymap_add(
	struct keymap *m, const struct keybind *b, enum keymap_rank rank);
void keymap_wrong(struct keymap *m, int line, int col, const char *text);
/* keymap_words.c: a line of the file, word by word */
struct keymap_span {
	const char *p;
	size_t n;
	int col;
	bool quoted; /* p, n: decoded, in the pool */
};
enum keymap_section {
	SECTION_NONE,
	SECTION_SKIP, /* its name is wrong: said once */
	SECTION_KEYS,
	SECTION_SCREENS,
	SECTION_DEVICE
};
struct keymap_reader {
	struct keymap *m;
	const char *start, *p, *end; /* of the line */
	int line;
	enum keymap_section section;
	unsigned screens; /* 0: global */
	bool failed;	  /* the line is wrong */
};
int keymap_col(const struct keymap_reader *r, const char *at);
/** keymap_wrong_at(r, at, text): the line is wrong there; what is found in it
 * later is not said. */
void keymap_wrong_at(
	struct keymap_reader *r, const char *at, const char *text);
void keymap_skip_blanks(struct keymap_reader *r);
/** keymap_at_end(r): nothing but a comment follows. */
bool keymap_at_end(struct keymap_reader *r);
/** keymap_word(r): a quoted text, or all up to a blank, '=' or '#'. */
struct keymap_span keymap_word(struct keymap_reader *r);
/** keymap_quoted(r): "..." at r->p, into the pool. */
struct keymap_span keymap_quoted(struct keymap_reader *r);
/* keymap_file.c */
void keymap_read_file(struct keymap *m, const char *text, size_t len);
/* keymap_device.c: one pair of a [device] or [keylock] section */
void keymap_device_begin(struct keymap *m, const char *name, size_t len,
	bool keylock, int line, int col);
void keymap_device_pair(struct keymap *m, int line,
	const struct keymap_span *key, const struct keymap_span *value);
void keymap_device_finish(struct keymap *m);

/* keymap_text.c */
/* the key of an unquoted name (F4, esc, ctrl-x; alt-x: its letter in
 * *ret_alt); NULL or what is wrong */
const char *keymap_key_named(
	const char *s, size_t len, struct keybind *ret, char *ret_alt);
bool keymap_same(const char *s, size_t len, const char *word);

#endif
