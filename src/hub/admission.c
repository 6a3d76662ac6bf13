/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/admission.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#include "base/poison.h"

#define LATELY_US UINT64_C(20000000)
#define MEASURED_US UINT64_C(20000)
#define PROBES 32u
/* Before anything was measured: what a small machine does. */
#define RATE_FIRST 5000u
/* A request that brings no backlog is about as much work as this many. */
#define WORK_LEAST 10u

enum rc
admission_init(struct admission *a, unsigned n_service, unsigned n_queue,
	struct err *reterr)
{
	memset(a, 0, sizeof(*a));
	a->slot = calloc(ADMISSION_SLOTS, sizeof(*a->slot));
	if (a->slot == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "admission_init",
			"no memory for the hub's waiting list");
	}
	a->n_service = n_service > 0 ? n_service : 1;
	a->n_queue = n_queue;
	(void)pthread_mutex_init(&a->lock, NULL);
	(void)pthread_cond_init(&a->room, NULL);
	return RC_OK;
}

void
admission_done(struct admission *a)
{
	if (a->slot != NULL) {
		free(a->slot);
		a->slot = NULL;
		(void)pthread_cond_destroy(&a->room);
		(void)pthread_mutex_destroy(&a->lock);
	}
}

/* The slot of this key, else one that may be taken for it.  Slots are looked
 * for by key alone, so an old one that others were put behind only makes those
 * be remembered a second time; the sums stay right. */
static struct admission_slot *
slot_of(struct admission *a, uint64_t key, int64_t now_us)
{
	struct admission_slot *room = NULL;
	uint64_t at = key * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	for (uint64_t i = 0; i < PROBES; i++) {
		struct admission_slot *s =
			&a->slot[(at + i) & (ADMISSION_SLOTS - 1)];

		if (s->key != 0 && s->key != key &&
			now_us - s->at_us > ADMISSION_FORGET_US) {
			a->outside -= s->backlog;
			a->n_outside--;
			memset(s, 0, sizeof(*s));
		}
		if (s->key == key) {
			return s;
		}
		if (s->key == 0 && room == NULL) {
			room = s;
		}
	}
	return room;
}

static void
forget(struct admission *a, uint64_t key, int64_t now_us)
{
	struct admission_slot *s = slot_of(a, key, now_us);

	if (s != NULL && s->key == key) {
		a->outside -= s->backlog;
		a->n_outside--;
		memset(s, 0, sizeof(*s));
	}
}

bool
admission_enter(struct admission *a, uint64_t key, int64_t now_us)
{
	bool in = false;

	(void)pthread_mutex_lock(&a->lock);
	if (!a->closed && a->in_service >= a->n_service &&
		a->waiting < a->n_queue) {
		a->waiting++;
		while (!a->closed && a->in_service >= a->n_service) {
			(void)pthread_cond_wait(&a->room, &a->lock);
		}
		a->waiting--;
	}
	if (!a->closed && a->in_service < a->n_service) {
		a->in_service++;
		in = true;
		if (key != 0) {
			forget(a, key, now_us);
		}
	}
	(void)pthread_mutex_unlock(&a->lock);
	return in;
}

void
admission_leave(struct admission *a, uint64_t n_events, int64_t took_us)
{
	(void)pthread_mutex_lock(&a->lock);
	a->in_service--;
	if (n_events > 0) {
		a->stored += n_events;
		a->busy_us += took_us > 0 ? (uint64_t)took_us : 1;
	}
	/* what was long ago counts less and less */
	if (a->busy_us > LATELY_US) {
		a->stored /= 2;
		a->busy_us /= 2;
	}
	(void)pthread_cond_signal(&a->room);
	(void)pthread_mutex_unlock(&a->lock);
}

static uint64_t
rate_of(const struct admission *a)
{
	uint64_t rate =
		a->busy_us > MEASURED_US
			? a->stored * 1000000 / a->busy_us * a->n_service
			: RATE_FIRST;

	return rate > 0 ? rate : 1;
}

int
admission_retry_s(struct admission *a, uint64_t key, uint64_t backlog,
	const struct rng *r, int64_t now_us)
{
	uint64_t work = backlog > WORK_LEAST ? backlog : WORK_LEAST, drain;
	struct admission_slot *s;
	uint8_t b[8];

	/* what is reported is not proved: one till is at most a million */
	work = work < 1000000 ? work : 1000000;
	rng_fill(r, b, sizeof(b));
	(void)pthread_mutex_lock(&a->lock);
	s = key != 0 ? slot_of(a, key, now_us) : NULL;
	if (s != NULL) {
		if (s->key == key) {
			a->outside -= s->backlog;
		} else {
			a->n_outside++;
		}
		s->key = key;
		s->at_us = now_us;
		s->backlog = work;
		a->outside += work;
	}
	drain = (a->outside > work ? a->outside : work) / rate_of(a);
	(void)pthread_mutex_unlock(&a->lock);
	if (drain > ADMISSION_RETRY_MAX_S - 1) {
		drain = ADMISSION_RETRY_MAX_S - 1;
	}
	return 1 + (int)(get_u64be(b) % (drain + 1));
}

int64_t
admission_waiting(struct admission *a)
{
	int64_t n;

	(void)pthread_mutex_lock(&a->lock);
	n = a->waiting;
	(void)pthread_mutex_unlock(&a->lock);
	return n;
}

void
admission_close(struct admission *a)
{
	(void)pthread_mutex_lock(&a->lock);
	a->closed = true;
	(void)pthread_cond_broadcast(&a->room);
	(void)pthread_mutex_unlock(&a->lock);
}
