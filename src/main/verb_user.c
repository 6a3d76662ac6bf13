/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "main/actor.h"
#include "register/glass.h"

#include "base/poison.h"

static const char usage[] =
	"user list | glass | "
	"add NUMBER --name NAME [--role ROLE] [--pin-fd FD] | "
	"set NUMBER [--name NAME] [--role ROLE] | pin NUMBER [--pin-fd FD] | "
	"badge NUMBER [--badge-fd FD | --none] | off NUMBER | on NUMBER | "
	"unlock NUMBER | erase NUMBER --reason TEXT " ACTOR_USAGE
	" [--store DIR] [--json]";

#define WAIT_MS 10000
#define OUT_BYTES ((size_t)65536)

struct user {
	const struct args *args;
	const char *name, *role, *pin_fd, *badge_fd, *reason;
	bool none;
	struct actor actor;
	struct shop *shop;
	struct store_person p;
	struct event_badge badge[STORE_BADGES];
};

/* --- one who is changed --- */

static enum rc
usage_error(struct err *reterr, const char *words)
{
	return err_set(reterr, RC_INVAL, 0, "user", "%s", words);
}

/* Of a PIN, at least. */
static size_t
digits_of(const struct user *u, const char *role)
{
	const struct config_role *r = config_role_find(&u->shop->config, role);

	return r == NULL || r->pin_digits == 0 ? PEOPLE_PIN_MIN
					       : (size_t)r->pin_digits;
}

static enum rc
take_pin(struct user *u, struct err *reterr)
{
	char pin[PEOPLE_PIN_MAX + 2], again[PEOPLE_PIN_MAX + 2];
	size_t n = 0, m = 0;
	const char *wrong;
	enum rc rc;

	wrong = args_secret(u->pin_fd, "New PIN: ", pin, sizeof(pin), &n);
	if (wrong == NULL && n < digits_of(u, u->p.role)) {
		crypto_wipe(pin, sizeof(pin));
		return err_set(reterr, RC_DENIED, 0, "user",
			"a PIN of role %s has at least %zu digits "
			"(pin_digits): choose another",
			u->p.role, digits_of(u, u->p.role));
	}
	if (wrong == NULL && u->pin_fd == NULL) {
		wrong = args_secret(
			NULL, "Once more: ", again, sizeof(again), &m);
		if (wrong == NULL && (n != m || memcmp(pin, again, n) != 0)) {
			wrong = "the two are not the same: try again";
		}
	}
	rc = wrong != NULL ? usage_error(reterr, wrong)
			   : people_seal_pin(u->shop, u->p.no, pin, n, u->p.pin,
				     reterr);
	crypto_wipe(pin, sizeof(pin));
	crypto_wipe(again, sizeof(again));
	return rc;
}

/* A badge that somebody else has would let one in as the other. */
static enum rc
check_free(struct user *u, const char *code, size_t n, struct err *reterr)
{
	struct store_person p[PEOPLE_MAX];
	size_t n_person = 0;
	enum rc rc = people_list(u->shop, p, PEOPLE_MAX, &n_person, reterr);

	for (size_t i = 0; rc == RC_OK && i < n_person; i++) {
		p[i].active = true;
		if (people_check_badge(u->shop, &p[i], code, n)) {
			rc = err_set(reterr, RC_EXISTS, 0, "user",
				"operator %s has this badge already", p[i].no);
		}
	}
	crypto_wipe(p, sizeof(p));
	return rc;
}

static enum rc
take_badge(struct user *u, struct err *reterr)
{
	char code[PEOPLE_CODE_MAX + 2];
	size_t n = 0;
	const char *wrong;
	enum rc rc;

	if (u->none) {
		u->p.n_badge = 0;
		return RC_OK;
	}
	if (u->p.n_badge == STORE_BADGES) {
		return usage_error(reterr, "an operator has at most 4 badges: "
					   "take all away with --none first");
	}
	wrong = args_secret(
		u->badge_fd, "Scan the badge: ", code, sizeof(code), &n);
	if (wrong != NULL) {
		return usage_error(reterr, wrong);
	}
	rc = check_free(u, code, n, reterr);
	if (rc == RC_OK) {
		rc = people_seal_badge(u->shop, u->p.no, code, n,
			u->p.badge[u->p.n_badge], reterr);
	}
	u->p.n_badge += rc == RC_OK ? 1 : 0;
	crypto_wipe(code, sizeof(code));
	return rc;
}

static enum rc
take_texts(struct user *u, struct err *reterr)
{
	if (u->role != NULL) {
		struct sbuf b;

		sbuf_init(&b, u->p.role, sizeof(u->p.role));
		sbuf_puts(&b, u->role);
		if (!sbuf_ok(&b)) {
			return usage_error(reterr, "a role's name has at most "
						   "15 letters");
		}
	}
	return u->name == NULL ? RC_OK
			       : people_seal_name(u->shop, u->p.no, u->name,
					 u->p.name, reterr);
}

/* Nobody knows how many digits a PIN has: a role that wants more of them wants
 * another PIN. */
static enum rc
set(struct user *u, struct err *reterr)
{
	size_t was = digits_of(u, u->p.role);
	enum rc rc;

	if (u->name == NULL && u->role == NULL) {
		return usage_error(reterr, "say --name or --role");
	}
	rc = take_texts(u, reterr);
	if (rc == RC_OK && u->p.pin[0] != '\0' &&
		digits_of(u, u->p.role) > was) {
		rc = take_pin(u, reterr);
	}
	return rc;
}

static enum rc
change(struct user *u, const char *what, struct err *reterr)
{
	bool there = u->p.known || strcmp(u->p.no, PEOPLE_OWNER) == 0;

	if (strcmp(what, "add") == 0) {
		enum rc rc;

		if (u->p.known) {
			return err_set(reterr, RC_EXISTS, 0, "user",
				"operator %s is there already: user set "
				"changes them",
				u->p.no);
		}
		if (u->name == NULL) {
			return usage_error(reterr, "say --name NAME");
		}
		if (u->p.role[0] == '\0') {
			memcpy(u->p.role, "cashier", sizeof("cashier"));
		}
		u->p.active = true;
		rc = take_texts(u, reterr);
		return rc == RC_OK ? take_pin(u, reterr) : rc;
	}
	if (!there) {
		return err_set(reterr, RC_NOTFOUND, 0, "user",
			"there is no operator %s: user add makes one", u->p.no);
	}
	if (u->p.erased) {
		return err_set(reterr, RC_DENIED, 0, "user",
			"operator %s was erased, and the number stays theirs: "
			"take another",
			u->p.no);
	}
	if (strcmp(what, "set") == 0) {
		return set(u, reterr);
	}
	if (strcmp(what, "pin") == 0) {
		return take_pin(u, reterr);
	}
	if (strcmp(what, "badge") == 0) {
		return take_badge(u, reterr);
	}
	u->p.active = strcmp(what, "on") == 0;
	return RC_OK;
}

static void
make_request(struct user *u, const char *what, struct request *r)
{
	struct event_person *d = &r->event.data.person;

	memset(r, 0, sizeof(*r));
	if (strcmp(what, "unlock") == 0) {
		r->type = EVENT_OPERATOR_UNLOCKED;
		r->event.data.lock = (struct event_lock){
			.operator_no = u->p.no, .how = "verb"};
	} else if (strcmp(what, "erase") == 0) {
		r->type = EVENT_PERSON_ERASED;
		r->event.data.erased = (struct event_erased){
			.operator_no = u->p.no, .reason = u->reason};
	} else {
		r->type = EVENT_OPERATOR_CHANGED;
		d->operator_no = u->p.no;
		d->role = u->p.role;
		d->active = u->p.active;
		d->name = u->p.name[0] != '\0' ? u->p.name : NULL;
		d->pin = u->p.pin[0] != '\0' ? u->p.pin : NULL;
		for (size_t i = 0; i < u->p.n_badge; i++) {
			u->badge[i].badge = u->p.badge[i];
		}
		d->badge = u->badge;
		d->n_badge = u->p.n_badge;
	}
	r->event.type = r->type;
}

static int
say_done(const struct user *u, uint64_t sequence)
{
	char text[256];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(u->args)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "operator", u->p.no);
		json_u64(&j, "seq", sequence);
		json_obj_end(&j);
	} else {
		sbuf_printf(&b, "operator %s: recorded", u->p.no);
	}
	sbuf_putc(&b, '\n');
	return args_put(u->args, b.p, b.len);
}

static int
act(struct user *u, const char *what)
{
	struct shop_conf conf = args_shop(u->args, SHOP_READ);
	struct request r;
	struct err e = {0};
	uint64_t sequence = 0;
	const char *wrong;
	int status;
	enum rc rc;

	if (!people_number(u->args->rest[1])) {
		return args_usage(u->args, usage,
			"an operator's number has one to nine digits, the "
			"first not 0");
	}
	wrong = actor_read(&u->actor);
	if (wrong != NULL) {
		return args_usage(u->args, usage, wrong);
	}
	rc = shop_open(&conf, &u->shop, &e);
	if (rc == RC_OK) {
		rc = people_find(u->shop, u->args->rest[1], &u->p, &e);
	}
	if (rc == RC_OK && strcmp(what, "unlock") != 0 &&
		strcmp(what, "erase") != 0) {
		rc = change(u, what, &e);
	}
	shop_close(u->shop);
	u->shop = NULL;
	if (rc == RC_OK) {
		make_request(u, what, &r);
		rc = actor_submit(&u->actor, &conf, &r, WAIT_MS, &sequence, &e);
	}
	status = rc == RC_OK ? say_done(u, sequence)
			     : args_fail(u->args, rc, &e);
	crypto_wipe(&u->p, sizeof(u->p));
	return status;
}

/* --- the emergency code --- */

/* It is shown once, and only after its verifier is on the disk. */
static int
say_code(const struct user *u, const char code[GLASS_DIGITS], uint64_t sequence)
{
	char text[256], grouped[GLASS_TEXT_BYTES];
	struct sbuf b;
	struct json j;
	int status;

	glass_put(code, grouped);
	sbuf_init(&b, text, sizeof(text));
	if (args_json(u->args)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "code", grouped);
		json_u64(&j, "seq", sequence);
		json_obj_end(&j);
	} else {
		sbuf_printf(&b,
			"emergency code: %s\nWrite it down, seal it, and keep "
			"it where the shop finds it.\nIt is good for one "
			"approval, and is not shown again.",
			grouped);
	}
	sbuf_putc(&b, '\n');
	status = args_put(u->args, b.p, b.len);
	crypto_wipe(text, sizeof(text));
	crypto_wipe(grouped, sizeof(grouped));
	return status;
}

static int
glass(struct user *u)
{
	struct shop_conf conf = args_shop(u->args, SHOP_READ);
	char code[GLASS_DIGITS], sealed[STORE_SEALED_TEXT];
	struct request r = {.type = EVENT_GLASS_SET};
	const char *wrong = actor_read(&u->actor);
	struct err e = {0};
	uint64_t sequence = 0;
	int status;
	enum rc rc;

	if (wrong != NULL) {
		return args_usage(u->args, usage, wrong);
	}
	rc = shop_open(&conf, &u->shop, &e);
	if (rc == RC_OK) {
		glass_new(&conf.rng, code);
		rc = people_seal_glass(u->shop, code, sizeof(code), sealed, &e);
	}
	shop_close(u->shop);
	u->shop = NULL;
	if (rc == RC_OK) {
		r.event.type = r.type;
		r.event.data.glass.code = sealed;
		rc = actor_submit(&u->actor, &conf, &r, WAIT_MS, &sequence, &e);
	}
	status = rc == RC_OK ? say_code(u, code, sequence)
			     : args_fail(u->args, rc, &e);
	crypto_wipe(code, sizeof(code));
	return status;
}

/* --- all of them --- */

static void
put_one(struct user *u, struct sbuf *b, struct json *j,
	const struct store_person *p)
{
	char name[PEOPLE_NAME_BYTES];

	people_name(u->shop, p, name);
	if (j != NULL) {
		json_obj(j, NULL);
		json_str(j, "operator", p->no);
		json_str(j, "name", name);
		json_str(j, "role", p->role);
		json_bool(j, "active", p->active);
		json_bool(j, "pin", p->pin[0] != '\0');
		json_u64(j, "badges", p->n_badge);
		json_u64(j, "tries", p->tries);
		json_bool(j, "locked", p->tries >= PEOPLE_LOCKED);
		if (p->erased) {
			json_bool(j, "erased", true);
		}
		json_obj_end(j);
		return;
	}
	sbuf_printf(b, "%9s  %-12s %-6s %-8s %-9s %s\n", p->no, p->role,
		p->erased   ? "erased"
		: p->active ? "active"
			    : "off",
		p->pin[0] != '\0' ? "PIN" : "no PIN",
		p->tries >= PEOPLE_LOCKED ? "locked" : "", name);
}

static int
list(struct user *u)
{
	static char out[OUT_BYTES]; /* NOLINT */
	struct shop_conf conf = args_shop(u->args, SHOP_READ);
	struct store_person p[PEOPLE_MAX];
	struct err e = {0};
	struct sbuf b;
	struct json j;
	size_t n = 0;
	int status;
	enum rc rc = shop_open(&conf, &u->shop, &e);

	if (rc == RC_OK) {
		rc = people_list(u->shop, p, PEOPLE_MAX, &n, &e);
	}
	sbuf_init(&b, out, sizeof(out));
	json_init(&j, &b);
	if (rc == RC_OK && args_json(u->args)) {
		json_obj(&j, NULL);
		json_arr(&j, "operators");
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		put_one(u, &b, args_json(u->args) ? &j : NULL, &p[i]);
	}
	if (rc == RC_OK && args_json(u->args)) {
		json_arr_end(&j);
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	}
	status = rc == RC_OK ? args_put(u->args, b.p, b.len)
			     : args_fail(u->args, rc, &e);
	shop_close(u->shop);
	crypto_wipe(out, sizeof(out));
	return status;
}

int
verb_user(int argc, char *argv[])
{
	static const char *const words[] = {
		"add", "set", "pin", "badge", "off", "on", "unlock", "erase"};
	struct user u = {0};
	const struct opt opt[] = {{"name", OPT_TEXT, &u.name},
		{"role", OPT_TEXT, &u.role}, {"pin-fd", OPT_TEXT, &u.pin_fd},
		{"badge-fd", OPT_TEXT, &u.badge_fd},
		{"none", OPT_FLAG, &u.none}, {"reason", OPT_TEXT, &u.reason},
		ACTOR_OPTS(u.actor)};
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 2);
	if (status >= 0) {
		return status;
	}
	u.args = &a;
	status = -1;
	if (strcmp(a.rest[0], "list") == 0 && a.n == 1) {
		status = list(&u);
	} else if (strcmp(a.rest[0], "glass") == 0 && a.n == 1) {
		status = glass(&u);
	}
	for (size_t i = 0; i < ARRAY_LEN(words) && a.n == 2; i++) {
		if (strcmp(a.rest[0], words[i]) == 0) {
			status = act(&u, words[i]);
		}
	}
	if (status < 0) {
		status = args_usage(&a, usage,
			"say list, or what to change "
			"and whose number");
	}
	actor_done(&u.actor);
	args_done(&a);
	return status;
}
