/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "main/args.h"
#include "main/verb_restore_hub.h"
#include "register/backup.h"

#include "base/poison.h"

static const char backup_usage[] = "backup DEST [--store DIR] [--json]";
static const char restore_usage[] =
	"restore (SOURCE | CODE --hub URL [--tls PIN] [--worker-key-file FILE] "
	"[--reason TEXT]) [--last-number NUMBER] [--store DIR] [--json]";

static const char no_pins[] =
	"\nPINs and badges of the machine before do not work here: the hub was "
	"never given what they were made with.  Give everybody a new PIN, the "
	"owner first: holdfast user pin 1";

static int
say(const struct args *a, const struct backup_result *r, const char *what)
{
	char hash[2 * HASH_BYTES + 1];
	char text[512];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		hex_encode(hash, r->head.hash, sizeof(r->head.hash));
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_u64(&j, "events", r->events);
		json_u64(&j, "products", r->products);
		json_u64(&j, "bytes", r->bytes);
		json_u64(&j, "epoch", r->head.epoch);
		json_obj(&j, "head");
		json_u64(&j, "seq", r->head.sequence);
		json_str(&j, "hash", hash);
		json_obj_end(&j);
		if (r->no_pins) {
			json_bool(&j, "pins", false);
		}
		json_obj_end(&j);
	} else {
		sbuf_printf(&b, "%s: %llu events, %llu products, %llu bytes",
			what, (unsigned long long)r->events,
			(unsigned long long)r->products,
			(unsigned long long)r->bytes);
		if (r->no_pins) {
			sbuf_puts(&b, no_pins);
		}
	}
	sbuf_putc(&b, '\n');
	return args_put(a, b.p, b.len);
}

int
verb_backup(int argc, char *argv[])
{
	struct backup_result r;
	struct shop_conf conf;
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, backup_usage, NULL, 0, 1, 1);
	if (status >= 0) {
		return status;
	}
	conf = args_shop(&a, SHOP_READ);
	rc = backup_make(&conf, a.rest[0], &r, &e);
	status = rc == RC_OK ? say(&a, &r, "backup complete")
			     : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}

int
verb_restore(int argc, char *argv[])
{
	struct restore_opts o = {NULL};
	struct opt opt[] = {{"last-number", OPT_TEXT, &o.number},
		{"hub", OPT_TEXT, &o.hub}, {"tls", OPT_TEXT, &o.tls},
		{"worker-key-file", OPT_TEXT, &o.worker_file},
		{"reason", OPT_TEXT, &o.reason}};
	struct backup_result r;
	struct shop_conf conf;
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(
		&a, argc, argv, restore_usage, opt, ARRAY_LEN(opt), 1, 1);
	if (status >= 0) {
		return status;
	}
	if (o.hub != NULL && !a.key.given) {
		status = args_usage(&a, restore_usage,
			"say what the new store's key is to be, with "
			"--key-file FILE");
		args_done(&a);
		return status;
	}
	conf = args_shop(&a, SHOP_WRITE);
	rc = o.hub != NULL ? restore_from_hub(&a, &o, &r, &e)
			   : backup_restore(&conf, a.rest[0], o.number, &r, &e);
	status = rc == RC_OK ? say(&a, &r, "restored") : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}
