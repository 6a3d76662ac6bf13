/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PRINTER_H
#define DEVICE_PRINTER_H

#include "device/device.h"

/**
 * printer - what a receipt printer can do: a profile of data/printers.conf,
 * which is part of the program, or keys of its own under [device NAME].
 * holdfast-printers(5) has the keys.
 */
#define PRINTER_PAGES 10
#define PRINTER_PAGE_BYTES 12
#define PRINTER_NAME_BYTES 24

enum printer_cut {
	PRINTER_CUT_NONE, /* fed to where it is torn off */
	PRINTER_CUT_PART,
	PRINTER_CUT_FULL,
	PRINTER_CUT_OLD /* ESC m: the cutter feeds nothing by itself */
};

enum printer_codes {
	PRINTER_CODES_NONE,
	PRINTER_CODES_A, /* ended by a NUL; no CODE128 */
	PRINTER_CODES_B  /* with their length */
};

enum printer_image {
	PRINTER_IMAGE_NONE,
	PRINTER_IMAGE_RASTER,
	PRINTER_IMAGE_COLUMN /* eight dots high, impact printers */
};

enum printer_size {
	PRINTER_SIZE_GS,  /* width and height by themselves */
	PRINTER_SIZE_MODE /* ESC ! alone: impact and old ones */
};

enum printer_buzzer {
	PRINTER_BUZZER_NONE,
	PRINTER_BUZZER_EPSON,
	PRINTER_BUZZER_EPSON_OLD,
	PRINTER_BUZZER_CLONE,
	PRINTER_BUZZER_PIN2, /* a bell where the drawer would be */
	PRINTER_BUZZER_PIN5
};

enum printer_status {
	PRINTER_STATUS_AUTO, /* says by itself what changes */
	PRINTER_STATUS_ASK,  /* answers when it is asked */
	PRINTER_STATUS_NONE  /* never says a word */
};

/* How it says that a job is on paper. */
enum printer_done {
	PRINTER_DONE_STATUS, /* answers a question that stands behind the job */
	PRINTER_DONE_ID,     /* and says which one (GS ( H) */
	PRINTER_DONE_NONE
};

struct printer_profile {
	unsigned cols, small; /* columns of its two fonts */
	unsigned dots;	      /* width of the paper; 0 not known */
	struct {
		uint8_t n; /* number of its command */
		char page[PRINTER_PAGE_BYTES]; /* device/codepage.h */
	} page[PRINTER_PAGES]; /* best first, at least one */
	size_t n_page;
	enum printer_cut cut;
	enum printer_codes codes;
	enum printer_image image;
	enum printer_size size;
	enum printer_buzzer buzzer;
	enum printer_status status;
	enum printer_done done;
	unsigned pulse; /* ms the drawer's magnet is on */
	bool qr, red;
};

/** printer_profile_find(name, ret, reterr): by its name.
 * RC_NOTFOUND there is none; *ret is untouched. */
MUST_CHECK enum rc printer_profile_find(const char *name,
	struct printer_profile *ret, struct err *reterr);
/** printer_profile_name(i, out): of the i-th, false at the end. */
bool printer_profile_name(size_t i, char out[PRINTER_NAME_BYTES]);
/** printer_profile_of(conf, ret, reterr): that of a configured printer, with
 * the keys of its section above it.
 * RC_INVAL in words; *ret can be used all the same: what is wrong is left out,
 * a profile that is none is the driver's first one. */
enum rc printer_profile_of(const struct device_conf *conf,
	struct printer_profile *ret, struct err *reterr);

/** The keys, as options of the printers' drivers: PRINTER_OPTIONS in a table of
 * struct device_opt, ${first} the profile when none is told. */
#define PRINTER_OPTIONS(first)                                                 \
	{"profile", N_("which printer it is: holdfast-printers(5)"), (first),  \
		DEVICE_OPT_TEXT, 0, 0, NULL},                                  \
		{"columns", N_("characters in a row"), "", DEVICE_OPT_NUMBER,  \
			24, 80, NULL},                                         \
		{"dots", N_("width of the paper in dots"), "",                 \
			DEVICE_OPT_NUMBER, 0, 2048, NULL},                     \
		{"pages", N_("code pages and their numbers, best first"), "",  \
			DEVICE_OPT_TEXT, 0, 0, NULL},                          \
		{"cut", N_("what it cuts with"), "", DEVICE_OPT_WORD, 0, 0,    \
			"none part full old"},                                 \
		{"barcode", N_("how it is told a barcode"), "",                \
			DEVICE_OPT_WORD, 0, 0, "none a b"},                    \
		{"qr", N_("whether it draws QR codes"), "", DEVICE_OPT_YES, 0, \
			0, NULL},                                              \
		{"image", N_("how it is told a picture"), "", DEVICE_OPT_WORD, \
			0, 0, "none raster column"},                           \
		{"red", N_("whether it has a second color"), "",               \
			DEVICE_OPT_YES, 0, 0, NULL},                           \
		{"buzzer", N_("what it calls with"), "", DEVICE_OPT_WORD, 0,   \
			0, "none epson epson-old clone pin2 pin5"},            \
		{"status", N_("whether it says how it is"), "",                \
			DEVICE_OPT_WORD, 0, 0, "auto ask none"},               \
		{"done", N_("how it says that a receipt is out"), "",          \
			DEVICE_OPT_WORD, 0, 0, "status id none"},              \
		{"size", N_("how it is told to write large"), "",              \
			DEVICE_OPT_WORD, 0, 0, "gs mode"},                     \
		{"pulse", N_("milliseconds the drawer's magnet is on"), "",    \
			DEVICE_OPT_NUMBER, 10, 500, NULL},                     \
		{"orders", N_("kitchen: departments whose goods it prints, or " \
			      "yes"),                                          \
			"", DEVICE_OPT_TEXT, 0, 0, NULL},                      \
		{"logo", N_("picture above receipts: a file, PBM"), "",        \
			DEVICE_OPT_TEXT, 0, 0, NULL},                          \
		{"pin", N_("connector pin its drawer hangs on"), "2",          \
			DEVICE_OPT_WORD, 0, 0, "2 5"}

#endif
