/* SPDX-License-Identifier: Apache-2.0 */
#include "main/verb_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/file.h"
#include "main/args.h"
#include "register/settings.h"
#include "screen/keymap.h"

#include "base/poison.h"

static const char usage[] =
	"keys [public | status | rotate device|master|data | recovery | "
	"recover] [--new-key-file FILE | --new-passphrase-fd N | "
	"--new-key-credential NAME] [--recovery-fd N] [--recovery-file FILE] "
	"[--reason TEXT] " ACTOR_USAGE " "
	"[--keymap FILE] [--profile NAME] [--check] [--json]";

#define FILE_MAX ((size_t)65536)
#define OUT_BYTES ((size_t)1 << 20)

struct keys_args {
	const char *keymap, *profile;
	bool check;
};

static int
put_public(const struct args *a)
{
	char dir[PATH_BYTES];
	char pem[256];
	struct err e = {0};
	enum rc rc = path_join(dir, sizeof(dir), a->store, "keys");

	if (rc != RC_OK) {
		(void)err_set(&e, rc, 0, "keys", "the path is too long");
	} else {
		rc = keys_public_pem(dir, pem, sizeof(pem), &e);
	}
	return rc == RC_OK ? args_put(a, pem, strlen(pem))
			   : args_fail(a, rc, &e);
}

static void
put_problems(const struct keymap *m, const char *name)
{
	size_t i, n = keymap_problems(m);

	for (i = 0; i < n && i < KEYMAP_PROBLEMS; i++) {
		const struct keymap_problem *p = keymap_problem(m, i);

		(void)fprintf(stderr, "%s:%d:%d: %s\n", name, p->line, p->col,
			p->text);
	}
	if (n > KEYMAP_PROBLEMS) {
		(void)fprintf(stderr, "%s: %zu more lines are wrong\n", name,
			n - KEYMAP_PROBLEMS);
	}
}

static void
put_what(const struct keybind *b, struct sbuf *out)
{
	const char *name = action_info(b->action)->name;

	if (b->action == ACTION_NONE) {
		sbuf_puts(out, "none");
	} else if (b->action == ACTION_ENTRY) {
		sbuf_json(out, b->entry, strlen(b->entry));
	} else {
		sbuf_puts(out, name != NULL ? name : "-");
	}
	if (b->action == ACTION_KEYLOCK) {
		sbuf_printf(out, " %c", (char)b->arg);
	}
}

static const char *
code_of(const struct keymap *m, enum screen_bit screen, enum action a)
{
	const char *code = action_info(a)->code;

	return code != NULL && keymap_coded(m, screen, a) ? code : "";
}

static void
put_line(const struct keymap *m, const struct screen_name *screen,
	const struct keybind *b, bool json, struct sbuf *out)
{
	char key[64], what[128];
	struct sbuf k, w;

	sbuf_init(&k, key, sizeof(key));
	keymap_put_key(m, b, &k);
	sbuf_init(&w, what, sizeof(what));
	put_what(b, &w);
	if (json) {
		sbuf_puts(out, "{\"screen\":");
		sbuf_json(out, screen->name, strlen(screen->name));
		sbuf_puts(out, ",\"key\":");
		sbuf_json(out, key, k.len);
		sbuf_puts(out, ",\"action\":");
		sbuf_json(out, what, w.len);
		sbuf_puts(out, ",\"code\":");
		sbuf_json(out, code_of(m, screen->bit, b->action),
			strlen(code_of(m, screen->bit, b->action)));
		sbuf_puts(out, "}\n");
	} else {
		sbuf_printf(out, "%-14s = %s\n", key, what);
	}
}

static int
put_map(const struct args *a, const struct keymap *m)
{
	char *text = malloc(OUT_BYTES);
	const struct screen_name *s;
	const struct keybind *b;
	struct sbuf out;
	int status;
	size_t i;

	if (text == NULL) {
		struct err e = {0};

		return args_fail(a,
			err_set(&e, RC_NOMEM, 0, "keys",
				"no memory: close other programs"),
			&e);
	}
	sbuf_init(&out, text, OUT_BYTES);
	if (!args_json(a)) {
		sbuf_printf(&out, "# profile %s\n", keymap_profile(m));
	}
	for (s = screen_names; s->name != NULL; s++) {
		if (!args_json(a)) {
			sbuf_printf(&out, "\n[%s]\n", s->name);
		}
		for (i = 0; (b = keymap_binding(m, i)) != NULL; i++) {
			if (keymap_live(m, s->bit, b)) {
				put_line(m, s, b, args_json(a), &out);
			}
		}
	}
	status = args_put(a, text, out.len);
	free(text);
	return status;
}

static int
put_keymap(const struct args *a, const struct keys_args *k)
{
	struct keymap_source src = {.profile = k->profile};
	struct config *conf = config_new();
	struct keymap *m = NULL;
	char path[PATH_BYTES];
	struct err e = {0};
	uint8_t *text = NULL;
	size_t len = 0;
	int status;
	enum rc rc = RC_NOMEM;

	if (conf == NULL) {
		(void)err_set(
			&e, rc, 0, "keys", "no memory: close other programs");
		goto out;
	}
	src.name = k->keymap;
	rc = RC_OK;
	if (src.name == NULL) {
		rc = path_join(path, sizeof(path), a->store, "keymap");
		src.name = path;
	}
	if (rc == RC_OK) {
		rc = file_load(src.name, FILE_MAX, &text, &len, &e);
	}
	if (rc == RC_NOTFOUND && k->keymap == NULL) {
		rc = RC_OK;
	}
	if (rc != RC_OK) {
		goto out;
	}
	src.text = (const char *)text;
	src.len = len;
	/* a keymap can be looked at without one */
	if (settings_config(a->store, conf, NULL) == RC_OK &&
		conf->keys_profile[0] != '\0') {
		src.wanted = conf->keys_profile;
	}
	rc = keymap_new(&src, &m);
	if (rc != RC_OK) {
		(void)err_set(
			&e, rc, 0, "keys", "no memory: close other programs");
	}
out:
	status = EXIT_DONE;
	if (rc != RC_OK) {
		status = args_fail(a, rc, &e);
	} else if (!k->check) {
		status = put_map(a, m);
	}
	if (m != NULL && keymap_problems(m) > 0) {
		put_problems(m, src.name);
		status = EXIT_NOT;
	}
	keymap_free(m);
	free(text);
	config_free(conf);
	return status;
}

int
verb_keys(int argc, char *argv[])
{
	struct keys_args k = {0};
	struct keys_act act = {.usage = usage};
	const struct opt opts[] = {
		{"keymap", OPT_TEXT, &k.keymap},
		{"profile", OPT_TEXT, &k.profile},
		{"check", OPT_FLAG, &k.check},
		{"new-key-file", OPT_TEXT, &act.key_file},
		{"new-passphrase-fd", OPT_TEXT, &act.passphrase_fd},
		{"new-key-credential", OPT_TEXT, &act.credential},
		{"recovery-fd", OPT_TEXT, &act.recovery_fd},
		{"recovery-file", OPT_TEXT, &act.recovery_file},
		{"reason", OPT_TEXT, &act.reason},
		ACTOR_OPTS(act.who),
	};
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opts, ARRAY_LEN(opts), 0, 2);
	if (status >= 0) {
		return status;
	}
	if (a.n > 0 && keys_act_is(a.rest[0])) {
		const char *wrong = actor_read(&act.who);

		status = wrong != NULL ? args_usage(&a, usage, wrong)
				       : keys_act(&a, &act);
		actor_done(&act.who);
	} else if (a.n > 1 || (a.n == 1 && strcmp(a.rest[0], "public") != 0)) {
		status = args_usage(&a, usage,
			"say 'public', 'status', 'rotate', 'recovery' or "
			"'recover', or nothing for the keys");
	} else if (k.profile != NULL && !keymap_profile_known(k.profile)) {
		status = args_usage(&a, usage,
			"a profile is full, numpad, vt, prog or reader");
	} else if (a.n == 1) {
		status = put_public(&a);
	} else {
		status = put_keymap(&a, &k);
	}
	args_done(&a);
	return status;
}
