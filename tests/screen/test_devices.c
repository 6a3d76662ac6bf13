/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "hand.h"

#include "base/poison.h"

/* The devices' words in the status row, and what is told of them. */

static struct till_device *
add_device(struct hand *h, const char *name, enum device_class class_)
{
	static const struct device_driver drivers[DEVICE_CLASS_COUNT] = {
		[DEVICE_PRINTER] = {.name = "escpos", .class_ = DEVICE_PRINTER},
		[DEVICE_DRAWER] = {.name = "apg", .class_ = DEVICE_DRAWER},
		[DEVICE_PINPAD] = {.name = "zvt", .class_ = DEVICE_PINPAD},
		[DEVICE_SCANNER] = {.name = "scanner",
			.class_ = DEVICE_SCANNER},
		[DEVICE_SCALE] = {.name = "8217", .class_ = DEVICE_SCALE},
		[DEVICE_DISPLAY] = {.name = "plain", .class_ = DEVICE_DISPLAY},
	};
	struct config *c = &h->till->config;
	struct config_device *d = &c->device[c->n_device++];
	struct till_device *t = &h->till->device[h->till->n_device++];

	(void)snprintf(d->name, sizeof(d->name), "%s", name);
	(void)snprintf(
		d->driver, sizeof(d->driver), "%s", drivers[class_].name);
	d->known = true;
	d->class_ = class_;
	memset(t, 0, sizeof(*t));
	t->name = name;
	t->driver = &drivers[class_];
	t->up = true;
	t->word = "ok";
	return t;
}

/* A shop with one of each. */
static struct hand *
begin_all(int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);

	(void)add_device(h, "printer", DEVICE_PRINTER);
	(void)add_device(h, "terminal", DEVICE_PINPAD);
	(void)add_device(h, "scale", DEVICE_SCALE);
	(void)add_device(h, "counter", DEVICE_SCANNER);
	pass(h, 100);
	return h;
}

/* Of the status row, from the column where the devices begin. */
static const char *
status_row(struct hand *h)
{
	static char row[1024];
	const struct grid *g = app_draw(h->app);
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	for (int c = 0; c < g->cols; c++) {
		sbuf_puts(&b, grid_at(g, g->rows - 2, c)->g);
	}
	return row;
}

static bool
row_has(struct hand *h, const char *text)
{
	return strstr(status_row(h), text) != NULL;
}

static void
one_of_each(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	assert_true(row_has(h, "RECORDING"));
	assert_true(row_has(h, "PRN ok  DRW shut  PIN ok  SCL ok  SCN ok "));
	h->till->device[0].word = "paper";
	h->till->device[0].jobs = 2;
	h->till->device[1].word = "busy";
	h->till->device[2].word = "down";
	h->till->status.drawer = "open";
	assert_true(row_has(h, "PRN PAPER 2  DRW OPEN  PIN busy  SCL DOWN  "
			       "SCN ok "));
	golden(h, "devices_row");
	end(h);
}

/* Trouble stays in sight; how many are left away is said. */
static void
too_many(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	add_device(h, "kitchen", DEVICE_PRINTER)->word = "down";
	(void)add_device(h, "bar", DEVICE_PRINTER);
	add_device(h, "fish-counter", DEVICE_SCALE)->word = "fault";
	assert_true(row_has(h, "kitchen DOWN  fish-counter FAULT  +"));
	assert_true(row_has(h, "ok "));
	check_width(app_draw(h->app));
	for (size_t i = 0; i < h->till->n_device; i++) {
		h->till->device[i].word = "silent";
	}
	assert_true(row_has(h, "MORE"));
	check_width(app_draw(h->app));
	end(h);
	h = begin_all(24, 132);
	add_device(h, "kitchen", DEVICE_PRINTER)->word = "down";
	assert_true(row_has(h, "PRN ok  DRW shut  PIN ok  SCL ok  SCN ok  "
			       "kitchen DOWN "));
	end(h);
}

/* A word that only a newer driver has is trouble, and is shown as it is. */
static void
unknown_word(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	h->till->device[1].word = "jammed";
	assert_true(row_has(h, "PIN jammed"));
	end(h);
}

static void
told_once(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	assert_false(shows(h, "printer:"));
	h->till->device[0].word = "paper";
	pass(h, 100);
	assert_true(shows(h, "WARN  printer: no paper. Printing waits"));
	assert_false(rings(h));
	/* another message takes its place, and it is not told again */
	enter(h, "99VD");
	pass(h, 60000);
	while (rings(h)) {
	}
	assert_false(shows(h, "printer: no paper"));
	h->till->device[0].jobs = 2;
	h->till->device[0].word = "ok";
	pass(h, 10000);
	assert_true(
		shows(h, "printer: works again, and prints what waited: 2"));
	assert_false(rings(h));
	end(h);
}

/* What comes and goes is told as it stands, and not each time. */
static void
flapping(void **state)
{
	struct hand *h = begin_all(24, 80);
	unsigned told = 0;
	bool was = false;

	(void)state;
	for (int i = 0; i < 200; i++) {
		bool is;

		h->till->device[2].word = i % 2 == 0 ? "down" : "ok";
		(void)snprintf(h->till->device[2].text,
			sizeof(h->till->device[2].text), "no line");
		pass(h, 100);
		is = shows(h, "scale: not there");
		told += is && !was ? 1 : 0;
		was = is;
	}
	assert_in_range(told, 1, 4);
	end(h);
}

/* A line that is being opened is no news. */
static void
opening(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	add_device(h, "terminal", DEVICE_PINPAD)->word = "down";
	pass(h, 5000);
	assert_true(row_has(h, "PIN DOWN"));
	assert_false(shows(h, "terminal:"));
	(void)snprintf(h->till->device[0].text, sizeof(h->till->device[0].text),
		"no such host");
	pass(h, 100);
	assert_true(shows(h, "terminal: not there. Check its cable"));
	end(h);
}

/* A question is not talked over; it is told when that is answered. */
static void
not_over_a_box(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	scan(h, "99999999");
	assert_true(shows(h, "NOT ON FILE"));
	h->till->device[0].word = "cover";
	pass(h, 8000);
	assert_false(shows(h, "printer: cover open"));
	press(h, KEYS_ESC);
	pass(h, 4000);
	assert_true(shows(h, "printer: cover open"));
	end(h);
}

/* Told of a sale's receipt while the printer has no paper. */
static void
receipt_of_a_sale(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	h->till->status.receipt = "printing";
	scan(h, "4311501000014");
	enter(h, "+");
	assert_true(shows(h, "Receipt: printing."));
	h->till->status.printer = "paper";
	assert_true(shows(h, "Receipt: waits for the printer."));
	end(h);
}

static void
drawer_open(void **state)
{
	struct hand *h = begin_all(24, 80);
	struct mono due;

	(void)state;
	h->till->config.drawer_warn_s = 30;
	h->till->status.drawer = "open";
	pass(h, 100);
	due = app_deadline(h->app, h->t);
	assert_true(due.us <= h->t.us + 30 * 1000000);
	pass(h, 29000);
	assert_false(shows(h, "The drawer has been open"));
	pass(h, 1200);
	assert_true(shows(h, "The drawer has been open for 30 seconds: shut"));
	assert_true(rings(h));
	pass(h, 20000);
	assert_false(rings(h));
	pass(h, 12000);
	assert_true(rings(h));
	h->till->status.drawer = "shut";
	pass(h, 4000);
	assert_true(shows(h, "The drawer is shut."));
	/* never where the shop does not want it */
	h->till->config.drawer_warn_s = 0;
	h->till->status.drawer = "open";
	pass(h, 500000);
	assert_false(shows(h, "has been open"));
	end(h);
}

/* Each has a time of its own, and is told by its number. */
static void
another_drawer_open(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	h->till->config.drawer_warn_s = 0;
	h->till->config.drawer_more[0] =
		(struct config_drawer){.there = true, .pin = 1, .warn_s = 10};
	h->till->status.drawer = "open";
	h->till->status.drawer_no = 1;
	pass(h, 60000);
	assert_false(shows(h, "has been open"));
	h->till->status.drawer_no = 2;
	pass(h, 100);
	pass(h, 9000);
	assert_false(shows(h, "has been open"));
	pass(h, 1200);
	assert_true(shows(h, "Drawer 2 has been open for 10 seconds: shut"));
	h->till->status.drawer = "shut";
	h->till->status.drawer_no = 1;
	pass(h, 4000);
	assert_true(shows(h, "The drawer is shut."));
	end(h);
}

/* --- the pages ------------------------------------------------------------- */

static void
the_page(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	h->till->device[0].word = "paper";
	h->till->device[0].jobs = 2;
	h->till->device[1].word = "down";
	(void)snprintf(h->till->device[1].text, sizeof(h->till->device[1].text),
		"10.0.0.5:20007: connection refused");
	(void)snprintf(h->till->config.device[0].port,
		sizeof(h->till->config.device[0].port), "file:/dev/usb/lp0");
	enter(h, "DV");
	assert_true(shows(h, "DEVICES"));
	assert_true(shows(h, "printer: no paper. Printing waits"));
	assert_true(shows(h, "Put a new roll in and shut the cover"));
	assert_true(shows(h, "2 jobs wait for it"));
	golden(h, "devices");
	press(h, KEYS_DOWN);
	assert_true(shows(h, "10.0.0.5:20007: connection refused"));
	type(h, "r");
	assert_string_equal(h->till->again, "terminal");
	assert_true(shows(h, "terminal: the line is opened again."));
	/* a row by its number */
	type(h, "1T");
	assert_string_equal(h->till->tested, "printer");
	type(h, "7T");
	assert_true(shows(h, "There is no row of that number."));
	enter(h, "3");
	type(h, "t");
	assert_true(shows(h, "scale: key the code of goods by weight"));
	press(h, KEYS_DOWN);
	press(h, KEYS_F3);
	assert_false(shows(h, "DEVICE >"));
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	type(h, "x");
	assert_true(shows(h, "T tests, R tries again"));
	/* what changes is seen while one looks */
	h->till->device[0].word = "ok";
	h->till->device[0].jobs = 0;
	enter(h, "1");
	assert_true(shows(h, "It works."));
	/* a scan goes on selling */
	scan(h, "4311501000014");
	assert_false(shows(h, "DEVICE >"));
	assert_int_equal(view(h)->basket->n_line, 1);
	end(h);
}

static void
the_page_opens_the_drawer(void **state)
{
	struct hand *h = begin_all(24, 80);
	unsigned before = h->till->inputs;

	(void)state;
	enter(h, "DV");
	type(h, "d");
	assert_true(h->till->inputs > before);
	assert_true(shows(h, "DEVICE >"));
	end(h);
	h = begin("CORNER MARKET", 24, 80);
	enter(h, "DV");
	assert_true(shows(h, "No device is configured"));
	type(h, "t");
	assert_true(shows(h, "WARN"));
	end(h);
}

/* What only a card terminal can do is offered where there is one. */
static void
the_menu_knows(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	(void)state;
	enter(h, "MG");
	type(h, "terminal");
	assert_true(shows(h, "41 DV Devices"));
	assert_false(shows(h, "KE Terminal"));
	end(h);
	h = begin_all(24, 80);
	enter(h, "MG");
	type(h, "terminal");
	assert_true(shows(h, "42 KE Terminal: day end"));
	assert_true(shows(h, "44 KS Terminal: status"));
	golden(h, "menu_terminal");
	end(h);
}

static void
receipts_wait(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	h->till->n_receipts = 3;
	(void)snprintf(h->till->receipts[0].number, 32, "R01-000041");
	h->till->receipts[0].state = "waiting";
	(void)snprintf(h->till->receipts[1].number, 32, "R01-000002");
	h->till->receipts[1].state = "unknown";
	(void)snprintf(h->till->receipts[2].number, 32, "R01-000039");
	h->till->receipts[2].state = "failed";
	enter(h, "DV");
	type(h, "q");
	assert_true(shows(h, "RECEIPTS"));
	golden(h, "receipts");
	/* what waits prints by itself */
	type(h, "p");
	assert_true(shows(h, "It waits for the printer and prints by itself"));
	type(h, "k");
	assert_string_equal(h->till->decided, "");
	type(h, "2p");
	assert_string_equal(h->till->decided, "R01-000002");
	type(h, "3K");
	assert_string_equal(h->till->decided, "R01-000039");
	assert_true(shows(h, "R01-000039: no further copy"));
	type(h, "9K");
	assert_true(shows(h, "There is no row of that number."));
	h->till->n_receipts = 0;
	assert_true(shows(h, "No receipt waits"));
	type(h, "p");
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	assert_true(shows(h, "ITEM >"));
	end(h);
}

static void
a_receipt_in_doubt_is_told(void **state)
{
	struct hand *h = begin_all(24, 80);

	(void)state;
	h->till->status.unprinted = 1;
	h->till->status.last_unprinted = "R01-000041";
	pass(h, 100);
	assert_true(shows(h, "Is receipt R01-000041 on paper?"));
	scan(h, "4012345670011"); /* and nobody can have read it */
	assert_false(shows(h, "Is receipt"));
	pass(h, 100);
	assert_true(shows(h, "Is receipt R01-000041 on paper?"));
	pass(h, 5000);
	press(h, KEYS_ESC);
	pass(h, 10000);
	assert_false(shows(h, "Is receipt")); /* once */
	h->till->status.unprinted = 0;
	pass(h, 100);
	h->till->status.unprinted = 1;
	h->till->status.last_unprinted = "R01-000042";
	pass(h, 10000);
	assert_true(shows(h, "Is receipt R01-000042 on paper?"));
	end(h);
}

static void
pages_in_every_layout(void **state)
{
	static const struct {
		int rows, cols;
		enum display_layout kind;
		const char *name;
	} size[] = {{30, 100, DISPLAY_PANEL, "devices_100x30"},
		{50, 132, DISPLAY_PANEL, "devices_132x50"},
		{24, 80, DISPLAY_STACKED, "devices_stacked"},
		{24, 80, DISPLAY_READER, "devices_reader"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		struct config_display look = {.layout = size[i].kind};
		struct hand *h = begin_all(size[i].rows, size[i].cols);

		app_look(h->app, &look);
		h->till->device[0].word = "cover";
		h->till->device[0].jobs = 1;
		enter(h, "DV");
		golden(h, size[i].name);
		end(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of_each),
		cmocka_unit_test(too_many),
		cmocka_unit_test(unknown_word),
		cmocka_unit_test(told_once),
		cmocka_unit_test(flapping),
		cmocka_unit_test(opening),
		cmocka_unit_test(not_over_a_box),
		cmocka_unit_test(receipt_of_a_sale),
		cmocka_unit_test(a_receipt_in_doubt_is_told),
		cmocka_unit_test(drawer_open),
		cmocka_unit_test(another_drawer_open),
		cmocka_unit_test(the_page),
		cmocka_unit_test(the_page_opens_the_drawer),
		cmocka_unit_test(the_menu_knows),
		cmocka_unit_test(receipts_wait),
		cmocka_unit_test(pages_in_every_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
