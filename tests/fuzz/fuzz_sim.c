/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated device, its scenario, and bytes of whoever talks with it: the
 * first row names the device, what follows up to a zero byte is the scenario,
 * and the rest is said to it, a piece at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sim/player.h"

#include "base/poison.h"

#define PIECE 24u
#define SHOWN 65536u

static void
on_say(void *arg, const char *line)
{
	(void)arg;
	fuzz_must(strchr(line, '\n') == NULL, "what is said is a line");
}

static void
play(struct player *p, const uint8_t *data, size_t size)
{
	static uint8_t out[4096];
	struct mono now = {1000000};

	player_start(p, now);
	player_line(p, now, true);
	while (size > 0) {
		size_t n = size < PIECE ? size : PIECE;
		struct mono next;

		player_feed(p, now, data, n);
		fuzz_must(player_take(p, now, out, sizeof(out)) <= sizeof(out),
			"no more is taken than there is room for");
		data += n;
		size -= n;
		next = player_deadline(p);
		now.us += 50000;
		if (next.us > now.us) {
			now = next;
		}
		player_run(p, now);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct player p;
	static char shown[SHOWN];
	const uint8_t *text = memchr(data, '\n', size);
	const uint8_t *end = memchr(data, '\0', size);
	const struct sim_device *d = NULL;
	struct sbuf b;
	void *state;

	if (text == NULL || end == NULL || end < text) {
		return 0;
	}
	for (size_t i = 0; i < sim_n_devices; i++) {
		size_t n = strlen(sim_devices[i]->name);

		if (n == (size_t)(text - data) &&
			memcmp(data, sim_devices[i]->name, n) == 0) {
			d = sim_devices[i];
		}
	}
	d = d != NULL ? d : sim_devices[data[0] % sim_n_devices];
	state = calloc(1, d->state_size);
	if (state == NULL || player_init(&p, d, state, NULL, 0, on_say, NULL,
				     NULL) != RC_OK) {
		fuzz_must(state == NULL, "a device opens without an option");
		return 0;
	}
	text++;
	if (scenario_parse(&p.scenario, "fuzz", (const char *)text,
		    (size_t)(end - text), NULL) != RC_OK) {
		fuzz_must(p.scenario.n_line == 0, "what is bad is not played");
	}
	play(&p, end + 1, size - (size_t)(end + 1 - data));
	if (d->show != NULL) {
		sbuf_init(&b, shown, sizeof(shown));
		d->show(state, &b);
	}
	free(state);
	return 0;
}
