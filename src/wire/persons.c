/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/persons.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "wire/json_read.h"

#include "base/poison.h"

/* {"number":"...","key":"43 characters"}, */
#define ONE_BYTES 96u
#define HEAD_BYTES 64u
#define TREE_BYTES 1024u /* what reading one may take in the arena */

static enum rc
no_room(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "persons",
		"no memory for the keys of persons");
}

/* --- writing --- */

static void
put_all(const struct person_key p[], size_t n, struct sbuf *out)
{
	char key[BASE64_LEN(KEY_BYTES) + 1];
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	json_arr(&j, "persons");
	for (size_t i = 0; i < n; i++) {
		base64_encode(key, p[i].key, KEY_BYTES);
		key[sizeof(key) - 1] = '\0';
		json_obj(&j, NULL);
		json_str(&j, "number", p[i].no);
		json_str(&j, "key", key);
		json_obj_end(&j);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	crypto_wipe(key, sizeof(key));
}

enum rc
persons_seal(const struct person_key p[], size_t n,
	const uint8_t box[KEY_BYTES], struct sbuf *out, struct err *reterr)
{
	size_t cap = HEAD_BYTES + n * ONE_BYTES, sealed;
	char *plain = NULL, *text = NULL;
	uint8_t *bytes = NULL;
	struct sbuf b;
	struct json j;
	enum rc rc;

	if (n > PERSONS_MAX) {
		return err_set(reterr, RC_RANGE, 0, "persons",
			"there are more than %u keys of persons", PERSONS_MAX);
	}
	rc = no_room(reterr);
	plain = malloc(cap);
	bytes = malloc(cap + BOX_BYTES);
	text = malloc(BASE64_LEN(cap + BOX_BYTES) + 1);
	if (plain == NULL || bytes == NULL || text == NULL) {
		goto out;
	}
	sbuf_init(&b, plain, cap);
	put_all(p, n, &b);
	sealed = b.len + BOX_BYTES;
	crypto_box_seal_to(box, plain, b.len, bytes);
	base64_encode(text, bytes, sealed);
	text[BASE64_LEN(sealed)] = '\0';
	json_init(&j, out);
	json_obj(&j, NULL);
	json_str(&j, "sealed", text);
	json_obj_end(&j);
	rc = sbuf_ok(&b) && sbuf_ok(out)
		     ? RC_OK
		     : err_set(reterr, RC_RANGE, 0, "persons",
			       "the keys of persons are too long");
out:
	if (plain != NULL) {
		crypto_wipe(plain, cap);
	}
	free(plain);
	free(bytes);
	free(text);
	return rc;
}

/* --- reading --- */

static enum rc
refuse(struct err *reterr, const char *words)
{
	return err_set(reterr, RC_PROTO, 0, "persons", "%s", words);
}

static bool
take_one(const struct json_value *v, struct person_key *ret)
{
	const struct json_value *no = json_member(v, "number");
	const struct json_value *key = json_member(v, "key");
	size_t n;

	if (no == NULL || key == NULL || no->kind != JSON_TEXT ||
		key->kind != JSON_TEXT) {
		return false;
	}
	memset(ret, 0, sizeof(*ret));
	n = strlen(no->text);
	if (n == 0 || n >= sizeof(ret->no)) {
		return false;
	}
	memcpy(ret->no, no->text, n);
	return base64_decode(ret->key, KEY_BYTES, key->text,
		       strlen(key->text)) == RC_OK;
}

static enum rc
take_all(const struct json_value *top, struct person_key ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	const struct json_value *list = json_member(top, "persons");

	if (list == NULL || list->kind != JSON_LIST) {
		return refuse(reterr, "persons is no list");
	}
	if (list->n > cap) {
		return err_set(reterr, RC_RANGE, 0, "persons",
			"there are more than %zu keys of persons", cap);
	}
	for (const struct json_value *v = list->first; v != NULL; v = v->next) {
		if (!take_one(v, &ret[*ret_n])) {
			return refuse(reterr, "a person has no number, or no "
					      "key of 32 bytes");
		}
		(*ret_n)++;
	}
	return RC_OK;
}

/* The text inside, malloc'd. */
static enum rc
open_box(const struct json_value *top, const uint8_t box[KEY_BYTES], char **ret,
	size_t *ret_n, struct err *reterr)
{
	const struct json_value *v = json_member(top, "sealed");
	uint8_t *bytes, *plain;
	enum rc rc = RC_OK;
	size_t n;

	if (v == NULL || v->kind != JSON_TEXT ||
		strlen(v->text) * 3 / 4 <= BOX_BYTES) {
		return refuse(reterr, "sealed is no sealed box");
	}
	n = strlen(v->text) * 3 / 4;
	bytes = malloc(n);
	plain = malloc(n);
	if (bytes == NULL || plain == NULL) {
		rc = no_room(reterr);
	} else if (base64_decode(bytes, n, v->text, strlen(v->text)) != RC_OK) {
		rc = refuse(reterr, "sealed is no sealed box");
	} else if (crypto_box_open_with(box, bytes, n, plain) != RC_OK) {
		rc = err_set(reterr, RC_KEY, 0, "persons",
			"the keys of persons are sealed to somebody else");
	}
	free(bytes);
	if (rc != RC_OK) {
		free(plain);
		return rc;
	}
	*ret = (char *)plain;
	*ret_n = n - BOX_BYTES;
	return RC_OK;
}

enum rc
persons_open(const char *body, size_t len, const uint8_t box[KEY_BYTES],
	struct person_key ret[], size_t cap, size_t *ret_n, struct err *reterr)
{
	size_t n = len * (TREE_BYTES / ONE_BYTES) + 8 * (size_t)TREE_BYTES;
	const struct json_value *top = NULL;
	char *memory, *plain = NULL;
	size_t n_plain = 0;
	struct arena a;
	enum rc rc;

	*ret_n = 0;
	if (len > PERSONS_BODY_BYTES) {
		return refuse(reterr, "the keys of persons are too long");
	}
	memory = malloc(n);
	if (memory == NULL) {
		return no_room(reterr);
	}
	arena_init(&a, memory, n);
	rc = json_read(body, len, 0, &a, &top, reterr);
	if (rc == RC_OK) {
		rc = open_box(top, box, &plain, &n_plain, reterr);
	}
	if (rc == RC_OK) {
		arena_reset(&a);
		rc = json_read(plain, n_plain, 0, &a, &top, reterr);
	}
	if (rc == RC_OK) {
		rc = take_all(top, ret, cap, ret_n, reterr);
	}
	if (plain != NULL) {
		crypto_wipe(plain, n_plain);
	}
	crypto_wipe(memory, n);
	free(plain);
	free(memory);
	return rc;
}
