/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

#define US 1000000

/* Upper ends, in microseconds: a flush is one millisecond on a good disk, and
 * what takes ten seconds is a database in trouble. */
static const int64_t bucket_us[METRICS_BUCKETS] = {1000, 2500, 5000, 10000,
	25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};
static const char *const bucket_text[METRICS_BUCKETS] = {"0.001", "0.0025",
	"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
	"10"};

static const char *const batch_word[METRICS_BATCH_COUNT] = {"stored",
	"duplicate", "gap", "fork", "fenced", "rejected", "busy", "database"};
static const char *const state_word[METRICS_STATE_COUNT] = {
	"online", "silent", "off"};
static const char *const kind_word[METRICS_KINDS] = {"fork", "fenced", "clone",
	"rollback", "poison", "purged", "clock", "feed", "other"};

void
metrics_init(struct metrics *m)
{
	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < METRICS_STATE_COUNT; i++) {
		atomic_store(&m->registers[i], -1);
	}
	for (size_t i = 0; i < METRICS_KINDS; i++) {
		atomic_store(&m->exceptions[i], -1);
	}
	atomic_store(&m->durable_age_s, -1);
}

void
metrics_ingest(struct metrics *m, int64_t took_us)
{
	size_t i = 0;

	while (i < METRICS_BUCKETS && took_us > bucket_us[i]) {
		i++;
	}
	atomic_fetch_add(&m->bucket[i], 1);
	atomic_fetch_add(&m->ingest_us, (uint64_t)(took_us > 0 ? took_us : 0));
}

size_t
metrics_kind(const char *name)
{
	size_t i = 0;

	while (i + 1 < METRICS_KINDS && strcmp(kind_word[i], name) != 0) {
		i++;
	}
	return i;
}

/* --- the page ------------------------------------------------------------- */

static void
head(struct sbuf *out, const char *name, const char *kind, const char *help)
{
	sbuf_printf(
		out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static void
one(struct sbuf *out, const char *name, const char *kind, const char *help,
	int64_t value)
{
	if (value < 0) {
		return; /* not known is no number */
	}
	head(out, name, kind, help);
	sbuf_printf(out, "%s %" PRId64 "\n", name, value);
}

static void
known(struct sbuf *out, const char *name, const char *label,
	const char *const word[], const int64_t value[], size_t n,
	const char *help)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (value[i] < 0) {
			continue;
		}
		if (!any) {
			head(out, name, "gauge", help);
			any = true;
		}
		sbuf_printf(out, "%s{%s=\"%s\"} %" PRId64 "\n", name, label,
			word[i], value[i]);
	}
}

static void
format_batches(struct metrics *m, struct sbuf *out)
{
	static const char name[] = "holdfast_hub_ingest_duration_seconds";
	uint64_t n = 0, us = atomic_load(&m->ingest_us);

	head(out, "holdfast_hub_batches_total", "counter",
		"Batches of events, by what became of them.");
	for (size_t i = 0; i < METRICS_BATCH_COUNT; i++) {
		sbuf_printf(out,
			"holdfast_hub_batches_total{outcome=\"%s\"} "
			"%" PRIu64 "\n",
			batch_word[i], atomic_load(&m->batch[i]));
	}
	head(out, name, "histogram", "Time a batch took in the database.");
	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		n += atomic_load(&m->bucket[i]);
		sbuf_printf(out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name,
			bucket_text[i], n);
	}
	n += atomic_load(&m->bucket[METRICS_BUCKETS]);
	sbuf_printf(out,
		"%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %" PRIu64
		".%06" PRIu64 "\n%s_count %" PRIu64 "\n",
		name, n, name, us / US, us % US, name, n);
}

static void
format_http(struct metrics *m, struct sbuf *out)
{
	head(out, "holdfast_hub_requests_total", "counter",
		"Answers, by the first digit of their status.");
	for (size_t i = 2; i < METRICS_STATUS; i++) {
		sbuf_printf(out,
			"holdfast_hub_requests_total{status=\"%zuxx\"} "
			"%" PRIu64 "\n",
			i, atomic_load(&m->status[i]));
	}
	head(out, "holdfast_hub_bytes_total", "counter",
		"Content of requests and answers, as sent.");
	sbuf_printf(out,
		"holdfast_hub_bytes_total{direction=\"in\"} %" PRIu64
		"\nholdfast_hub_bytes_total{direction=\"out\"} %" PRIu64 "\n",
		atomic_load(&m->bytes_in), atomic_load(&m->bytes_out));
}

void
metrics_format(struct metrics *m, struct sbuf *out)
{
	int64_t state[METRICS_STATE_COUNT], kind[METRICS_KINDS];

	for (size_t i = 0; i < METRICS_STATE_COUNT; i++) {
		state[i] = atomic_load(&m->registers[i]);
	}
	for (size_t i = 0; i < METRICS_KINDS; i++) {
		kind[i] = atomic_load(&m->exceptions[i]);
	}
	one(out, "holdfast_hub_events_stored_total", "counter",
		"Events that were new.", (int64_t)atomic_load(&m->events));
	format_batches(m, out);
	format_http(m, out);
	one(out, "holdfast_hub_connections", "gauge", "Open connections.",
		atomic_load(&m->connections));
	one(out, "holdfast_hub_in_service", "gauge",
		"Requests that are being worked on.",
		atomic_load(&m->in_service));
	one(out, "holdfast_hub_waiting", "gauge",
		"Requests that wait for their turn.", atomic_load(&m->waiting));
	one(out, "holdfast_hub_db_pool_in_use", "gauge",
		"Connections to databases in use.", atomic_load(&m->db_in_use));
	known(out, "holdfast_hub_registers", "state", state_word, state,
		METRICS_STATE_COUNT, "Registers, by when they were seen.");
	known(out, "holdfast_hub_exceptions_open", "kind", kind_word, kind,
		METRICS_KINDS, "What somebody has to decide.");
	one(out, "holdfast_hub_durable_age_seconds", "gauge",
		"Since the oldest event that has no second copy yet came.",
		atomic_load(&m->durable_age_s));
}
