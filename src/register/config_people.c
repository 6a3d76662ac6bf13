/* SPDX-License-Identifier: Apache-2.0 */
/* What of holdfast.conf is about people: who may do what, why it was done, and
 * when a register that is left alone locks. */
#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/text.h"
#include "register/config_internal.h"
#include "register/uses.h"

#include "base/poison.h"

#define ROLE "role "
#define REASONS "reasons "
#define PROOF "proof" /* of a role */
#define DIGITS "pin_digits"
#define PEOPLE "people"
#define LOCK_MAX 60
#define AMOUNT_MAX INT64_C(999999999)
/* Of a cashier, in minor units: small change, whatever the currency. */
#define SMALL INT64_C(5000)
#define PERCENT INT64_C(10000) /* in parts per million */

/* cells: 18 each */
const struct permit_row permit_table[PERMIT_COUNT] = {
	[PERMIT_PRICE] = {"price", PERMIT_BY_PPM, N_("PRICE OVERRIDE"),
		20 * PERCENT, PERMIT_ALL},
	[PERMIT_DISCOUNT] = {"discount", PERMIT_BY_PPM, N_("DISCOUNT"),
		10 * PERCENT, PERMIT_ALL},
	[PERMIT_LINE_VOID] = {"line_void", PERMIT_BY_AMOUNT, N_("LINE VOID"),
		SMALL, PERMIT_ALL},
	[PERMIT_SALE_VOID] = {"sale_void", PERMIT_BY_AMOUNT, N_("CANCEL SALE"),
		SMALL, PERMIT_ALL},
	[PERMIT_PARKED_VOID] = {"parked_void", PERMIT_BY_AMOUNT,
		N_("CANCEL PARKED SALE"), PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_NO_SALE] = {"no_sale", PERMIT_BY_WORD, N_("NO SALE"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_REPRINT] = {"reprint", PERMIT_BY_WORD, N_("RECEIPT COPY"),
		PERMIT_ALL, PERMIT_ALL},
	[PERMIT_OPEN_PRICE] = {"open_price", PERMIT_BY_AMOUNT, N_("OPEN PRICE"),
		SMALL, PERMIT_ALL},
	[PERMIT_RETURN] = {"return", PERMIT_BY_AMOUNT, N_("RETURN"), SMALL,
		PERMIT_ALL},
	[PERMIT_RETURN_BLIND] = {"return_blind", PERMIT_BY_AMOUNT,
		N_("RETURN, NO RECEIPT"), PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_PAID_IN] = {"paid_in", PERMIT_BY_AMOUNT, N_("PAID IN"),
		PERMIT_ALL, PERMIT_ALL},
	[PERMIT_PAID_OUT] = {"paid_out", PERMIT_BY_AMOUNT, N_("PAID OUT"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_PICKUP] = {"pickup", PERMIT_BY_AMOUNT, N_("PICKUP"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_COUNT_CASH] = {"count_cash", PERMIT_BY_WORD, N_("CASH COUNT"),
		PERMIT_ALL, PERMIT_ALL},
	[PERMIT_X_REPORT] = {"x_report", PERMIT_BY_WORD, N_("X REPORT"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_Z_REPORT] = {"z_report", PERMIT_BY_WORD, N_("Z REPORT"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_AUDIT] = {"audit", PERMIT_BY_WORD, N_("AUDIT TRAIL"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_SETTINGS] = {"settings", PERMIT_BY_WORD, N_("SETTINGS"),
		PERMIT_NEVER, PERMIT_NEVER},
	[PERMIT_TRAINING] = {"training", PERMIT_BY_WORD, N_("TRAINING"),
		PERMIT_ALL, PERMIT_ALL},
	[PERMIT_PEOPLE] = {"people", PERMIT_BY_WORD, N_("UNLOCK OPERATOR"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_EXEMPT] = {"exempt", PERMIT_BY_WORD, N_("TAX EXEMPTION"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_WEIGHT_BY_HAND] = {"weight_by_hand", PERMIT_BY_WORD,
		N_("WEIGHT BY HAND"), PERMIT_ALL, PERMIT_ALL},
	[PERMIT_EMPTIES] = {"empties", PERMIT_BY_AMOUNT, N_("EMPTIES"), SMALL,
		PERMIT_ALL},
	[PERMIT_CARD_DECIDE] = {"card_decide", PERMIT_BY_AMOUNT,
		N_("CARD PAID OR NOT"), PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_CARD_CLOSE] = {"card_close", PERMIT_BY_WORD,
		N_("TERMINAL'S DAY"), PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_SHIFT] = {"shift", PERMIT_BY_WORD, N_("SHIFT"), PERMIT_ALL,
		PERMIT_ALL},
	[PERMIT_SHIFT_OTHER] = {"shift_other", PERMIT_BY_WORD,
		N_("ANOTHER'S SHIFT"), PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_FLOAT] = {"float", PERMIT_BY_AMOUNT, N_("FLOAT"), PERMIT_NEVER,
		PERMIT_ALL},
	[PERMIT_DROP] = {"drop", PERMIT_BY_AMOUNT, N_("SAFE DROP"), PERMIT_ALL,
		PERMIT_ALL},
	[PERMIT_PERIOD] = {"period", PERMIT_BY_WORD, N_("CLOSE PERIOD"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_REPORTS] = {"reports", PERMIT_BY_WORD, N_("REPORTS"),
		PERMIT_NEVER, PERMIT_ALL},
	[PERMIT_CONFIG_APPROVE] = {"config_approve", PERMIT_BY_WORD,
		N_("APPROVE SETTINGS"), PERMIT_NEVER, PERMIT_NEVER},
	[PERMIT_ARCHIVE] = {"archive", PERMIT_BY_WORD, N_("ARCHIVE"),
		PERMIT_NEVER, PERMIT_NEVER},
	[PERMIT_KEYS] = {"keys", PERMIT_BY_WORD, N_("KEYS"), PERMIT_NEVER,
		PERMIT_NEVER},
	[PERMIT_ERASE] = {"erase", PERMIT_BY_WORD, N_("ERASE PERSON"),
		PERMIT_NEVER, PERMIT_NEVER},
	[PERMIT_PRICE_AMOUNT] = {"price_amount", PERMIT_BY_AMOUNT,
		N_("PRICE OVERRIDE"), PERMIT_ALL, PERMIT_ALL},
	[PERMIT_SYNC] = {"sync", PERMIT_BY_WORD, N_("SYNC"), PERMIT_NEVER,
		PERMIT_ALL},
	[PERMIT_ENROLL] = {"enroll", PERMIT_BY_WORD, N_("ENROLL"), PERMIT_NEVER,
		PERMIT_NEVER},
};

static const char *const reason_names[REASON_COUNT] = {
	[REASON_PRICE] = "price",
	[REASON_VOID] = "void",
	[REASON_CANCEL] = "cancel",
	[REASON_RETURN] = "return",
	[REASON_NO_SALE] = "no_sale",
	[REASON_DISCOUNT] = "discount",
	[REASON_PAID] = "paid",
	[REASON_DIFFERENCE] = "difference",
};

/* --- asking --- */

const struct config_role *
config_role_find(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_role; i++) {
		if (strcmp(c->role[i].name, name) == 0) {
			return &c->role[i];
		}
	}
	return NULL;
}

bool
config_role_is(const struct config *c, const char *name)
{
	return strcmp(name, CONFIG_OWNER) == 0 ||
	       config_role_find(c, name) != NULL;
}

bool
config_may(const struct config *c, const char *role, enum permit permit,
	int64_t quantity)
{
	const struct config_role *r;

	if (strcmp(role, CONFIG_OWNER) == 0) {
		return true;
	}
	r = config_role_find(c, role);
	if (r == NULL || r->may[permit] < 0) {
		return false;
	}
	return quantity <= r->may[permit];
}

bool
config_may_day(const struct config *c, const char *role, enum permit permit,
	int64_t amount)
{
	const struct config_role *r = config_role_find(c, role);

	return r == NULL || r->day[permit] == 0 || amount <= r->day[permit];
}

bool
config_any_may(const struct config *c, enum permit permit, int64_t quantity)
{
	for (size_t i = 0; i < c->n_role; i++) {
		if (config_may(c, c->role[i].name, permit, quantity)) {
			return true;
		}
	}
	return false;
}

const char *
config_reason(const struct config *c, enum reason_kind kind, unsigned n)
{
	if (n < 1 || n > CONFIG_REASONS || (unsigned)kind >= REASON_COUNT ||
		c->reason[kind][n - 1][0] == '\0') {
		return NULL;
	}
	return c->reason[kind][n - 1];
}

size_t
config_n_reasons(const struct config *c, enum reason_kind kind)
{
	size_t n = 0;

	for (unsigned i = 1; i <= CONFIG_REASONS; i++) {
		n += config_reason(c, kind, i) != NULL ? 1 : 0;
	}
	return n;
}

/* --- reading --- */

static void
add_role(struct config *c, const char *name, bool supervisor)
{
	struct config_role *r = &c->role[c->n_role++];

	memset(r, 0, sizeof(*r));
	memcpy(r->name, name, strlen(name) + 1);
	for (size_t i = 0; i < PERMIT_COUNT; i++) {
		r->may[i] = supervisor ? permit_table[i].supervisor
				       : permit_table[i].cashier;
	}
}

void
config_people_begin(struct config *c)
{
	add_role(c, "cashier", false);
	add_role(c, "supervisor", true);
	c->lock_min = 5;
}

static const char *
after(const char *section, const char *word)
{
	size_t n = strlen(word);

	return strncmp(section, word, n) == 0 ? section + n : NULL;
}

static enum permit
permit_find(const char *key)
{
	unsigned i = 0;

	while (i < PERMIT_COUNT && strcmp(permit_table[i].key, key) != 0) {
		i++;
	}
	return (enum permit)i;
}

static enum reason_kind
kind_find(const char *name)
{
	unsigned i = 0;

	while (i < REASON_COUNT && strcmp(reason_names[i], name) != 0) {
		i++;
	}
	return (enum reason_kind)i;
}

static bool
is_number(const char *key)
{
	return key[0] >= '1' && key[0] <= '9' && key[1] == '\0';
}

enum key
config_people_key(const char *section, const char *key, bool *ret_section)
{
	const char *name;

	*ret_section = false;
	if ((name = after(section, ROLE)) != NULL && name[0] != '\0') {
		enum permit p = permit_find(key);

		*ret_section = true;
		if (strcmp(key, PROOF) == 0) {
			return KEY_ROLE_PROOF;
		}
		if (strcmp(key, DIGITS) == 0) {
			return KEY_ROLE_DIGITS;
		}
		return p == PERMIT_COUNT ? KEY_COUNT
					 : (enum key)(KEY_ROLE + (unsigned)p);
	}
	if ((name = after(section, REASONS)) != NULL) {
		enum reason_kind k = kind_find(name);

		*ret_section = k != REASON_COUNT;
		return k == REASON_COUNT || !is_number(key)
			       ? KEY_COUNT
			       : (enum key)(KEY_REASON + (unsigned)k);
	}
	return KEY_COUNT;
}

bool
config_people_twice(
	const struct config_read *p, const char *section, const char *key)
{
	const char *name;

	if ((name = after(section, ROLE)) != NULL) {
		const struct config_role *r = config_role_find(p->c, name);
		enum permit permit = permit_find(key);

		if (r != NULL && strcmp(key, PROOF) == 0) {
			return p->proof_seen[r - p->c->role];
		}
		if (r != NULL && strcmp(key, DIGITS) == 0) {
			return r->pin_digits != 0;
		}
		return r != NULL && permit != PERMIT_COUNT &&
		       p->role_seen[r - p->c->role][permit];
	}
	if ((name = after(section, REASONS)) != NULL && is_number(key)) {
		return config_reason(p->c, kind_find(name),
			       (unsigned)(key[0] - '0')) != NULL;
	}
	return false;
}

static bool
is_role_name(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++) {
		if (!(s[i] >= 'a' && s[i] <= 'z') && s[i] != '-' &&
			!(s[i] >= '0' && s[i] <= '9' && i > 0)) {
			return false;
		}
	}
	return n > 0 && n < sizeof(((struct config_role *)NULL)->name);
}

/* The role of a section, made when it is new. */
static enum rc
take_role(struct config *c, const char *name, struct config_role **ret,
	struct err *reterr)
{
	const struct config_role *found;

	if (strcmp(name, CONFIG_OWNER) == 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"the owner may do everything: take this out, or write "
			"another role");
	}
	if (!is_role_name(name)) {
		return config_wrong(reterr,
			"'%s' is no name of a role: write at most 15 small "
			"letters",
			name, "");
	}
	found = config_role_find(c, name);
	if (found == NULL && c->n_role == CONFIG_ROLES) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"there is room for %d roles: take this one out",
			CONFIG_ROLES);
	}
	if (found == NULL) {
		add_role(c, name, false);
		found = &c->role[c->n_role - 1];
	}
	*ret = &c->role[found - c->role];
	return RC_OK;
}

static enum rc
take_ppm(const char *value, int64_t *out, struct err *reterr)
{
	size_t n = strlen(value);
	int64_t ppm = -1;

	if (n > 1 && value[n - 1] == '%') {
		n--;
		n -= n > 1 && value[n - 1] == ' ' ? 1 : 0;
		if (parse_decimal(value, n, 4, &ppm) != RC_OK) {
			ppm = -1;
		}
	}
	if (ppm < 0 || ppm > 1000000) {
		return config_wrong(reterr,
			"'%s' is no limit: write a percentage like 20%, yes or "
			"no",
			value, "");
	}
	*out = ppm;
	return RC_OK;
}

static enum rc
take_proof(const char *value, struct config_role *r, struct err *reterr)
{
	static const char *const words[] = {[PROOF_EITHER] = "either",
		[PROOF_BOTH] = "both",
		[PROOF_PIN] = "pin"};

	for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(value, words[i]) == 0) {
			r->proof = i;
			return RC_OK;
		}
	}
	return config_wrong(reterr,
		"'%s' is not known here: write either, both or pin", value, "");
}

static enum rc
take_digits(const char *value, struct config_role *r, struct err *reterr)
{
	int64_t n = 0;

	if (parse_i64(value, strlen(value), PEOPLE_PIN_MIN, PEOPLE_PIN_MAX,
		    &n) != RC_OK) {
		return config_wrong(reterr,
			"'%s': write how many digits a PIN has at least, 4 to "
			"12",
			value, "");
	}
	r->pin_digits = (int)n;
	return RC_OK;
}

/* What waits for the currency, as text. */
static enum rc
put_late(const struct config_set *s, const char *text, size_t n,
	struct late *late, struct err *reterr)
{
	if (n == 0 || n >= sizeof(late->text)) {
		return config_wrong(reterr,
			"'%s' is no limit: write an amount like 50.00, yes or "
			"no",
			s->value, "");
	}
	memcpy(late->text, text, n);
	late->text[n] = '\0';
	late->line = s->pos->line;
	late->col = s->pos->col;
	return RC_OK;
}

/* "LIMIT, AMOUNT a day" or "AMOUNT a day": how many bytes of it are the limit
 * of one act, 0 there is none; the rest is the day's.  Of anything else all. */
static size_t
split_day(const char *value, const char **ret_day, size_t *ret_n)
{
	static const char word[] = " a day";
	size_t n = strlen(value), w = sizeof(word) - 1;
	const char *comma = strchr(value, ',');

	*ret_day = NULL;
	if (n <= w || strcmp(value + n - w, word) != 0) {
		return n;
	}
	*ret_day = comma != NULL ? comma + 1 : value;
	*ret_day += strspn(*ret_day, " ");
	*ret_n = (size_t)(value + n - w - *ret_day);
	return comma != NULL ? (size_t)(comma - value) : 0;
}

static enum rc
take_limit(const struct config_set *s, size_t i, enum permit permit,
	const char *value, struct err *reterr)
{
	struct config_role *r = &s->p->c->role[i];

	if (strcmp(value, "yes") == 0) {
		r->may[permit] = PERMIT_ALL;
		return RC_OK;
	}
	if (strcmp(value, "no") == 0) {
		r->may[permit] = PERMIT_NEVER;
		return RC_OK;
	}
	if (permit_table[permit].kind == PERMIT_BY_WORD) {
		return config_wrong(reterr,
			"'%s' is not known here: write yes or no", value, "");
	}
	return permit_table[permit].kind == PERMIT_BY_PPM
		       ? take_ppm(value, &r->may[permit], reterr)
		       : put_late(s, value, strlen(value),
				 &s->p->role[i][permit], reterr);
}

static enum rc
take_permit(const struct config_set *s, size_t i, enum permit permit,
	struct err *reterr)
{
	char one[CONFIG_VALUE_BYTES];
	const char *day = NULL;
	size_t n_day = 0, n = split_day(s->value, &day, &n_day);
	enum rc rc = RC_OK;

	s->p->role_seen[i][permit] = true;
	if (day != NULL && use_of(permit) == USE_COUNT) {
		return config_wrong(reterr,
			"no sum a day is kept of %s: write a limit without it",
			s->key, "");
	}
	if (day != NULL) {
		rc = put_late(
			s, day, n_day, &s->p->role_day[i][permit], reterr);
	}
	if (rc != RC_OK || n >= sizeof(one)) {
		return rc;
	}
	memcpy(one, s->value, n);
	one[n] = '\0';
	return n == 0 && s->value[0] != ','
		       ? take_limit(s, i, permit, "yes", reterr)
		       : take_limit(s, i, permit, one, reterr);
}

static enum rc
set_role(const struct config_set *s, struct err *reterr)
{
	struct config_role *r = NULL;
	size_t i;
	enum rc rc;

	rc = take_role(s->p->c, after(s->section, ROLE), &r, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	assert(r != NULL);
	i = (size_t)(r - s->p->c->role);
	if (strcmp(s->key, PROOF) == 0) {
		s->p->proof_seen[i] = true;
		return take_proof(s->value, r, reterr);
	}
	if (strcmp(s->key, DIGITS) == 0) {
		return take_digits(s->value, r, reterr);
	}
	return take_permit(s, i, permit_find(s->key), reterr);
}

static enum rc
set_reason(const struct config_set *s, struct err *reterr)
{
	enum reason_kind k = kind_find(after(s->section, REASONS));
	char *to = s->p->c->reason[k][s->key[0] - '1'];

	if (text_clean(s->value, strlen(s->value), to, CONFIG_REASON_BYTES,
		    0) != 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this is no reason: write at most %d bytes of plain "
			"text",
			CONFIG_REASON_BYTES - 1);
	}
	return RC_OK;
}

static enum rc
set_lock(const struct config_set *s, struct err *reterr)
{
	int64_t minutes = 0;

	if (parse_i64(s->value, strlen(s->value), 0, LOCK_MAX, &minutes) !=
		RC_OK) {
		return config_wrong(reterr,
			"'%s': write minutes, 1 to 60, or 0 for never",
			s->value, "");
	}
	s->p->c->lock_min = (int)minutes;
	return RC_OK;
}

static enum rc
set_verbs(const struct config_set *s, struct err *reterr)
{
	if (strcmp(s->value, "key") != 0 && strcmp(s->value, "pin") != 0) {
		return config_wrong(reterr,
			"'%s' is not known here: write key or pin", s->value,
			"");
	}
	s->p->c->verbs_pin = strcmp(s->value, "pin") == 0;
	return RC_OK;
}

enum rc
config_people_set(const struct config_set *s, struct err *reterr)
{
	if (after(s->section, ROLE) != NULL) {
		return set_role(s, reterr);
	}
	if (strcmp(s->section, PEOPLE) == 0) {
		return set_verbs(s, reterr);
	}
	return after(s->section, REASONS) != NULL ? set_reason(s, reterr)
						  : set_lock(s, reterr);
}

enum rc
config_people_finish(struct config_read *p, struct err *reterr)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->c->n_role; i++) {
		for (size_t k = 0; rc == RC_OK && k < PERMIT_COUNT; k++) {
			rc = config_settle_amount(p, &p->role[i][k], AMOUNT_MAX,
				&p->c->role[i].may[k], "what a role may do",
				reterr);
			if (rc == RC_OK) {
				rc = config_settle_amount(p, &p->role_day[i][k],
					AMOUNT_MAX, &p->c->role[i].day[k],
					"what a role may do a day", reterr);
			}
		}
	}
	return rc;
}
