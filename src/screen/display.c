/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/display.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/i18n.h"
#include "base/loop.h"
#include "base/text.h"
#include "screen/term.h"

#include "base/poison.h"

#define GONE_AFTER_US ((int64_t)5000000)
#define PAINT_AGAIN_US ((int64_t)20000)
#define SIZE_US ((int64_t)1000000)
#define SIDE_MAX 16

enum {
	TIMER_GONE,
	TIMER_PAINT,
	TIMER_SIZE,
	TIMER_SIDE
};

struct show {
	struct customer_reader *reader;
	struct terminal *term;
	struct grid *grid;
	struct loop *loop;
	struct clock clock;
	struct customer_frame frame;
	int fd; /* of the pipe, in the loop */
	const struct display_side *side;
	int side_fd[SIDE_MAX];
	size_t n_side;
};

/* A row: its words, and its amount unless that stands large elsewhere. */
static void
draw_row(struct grid *g, int row, const struct customer_row *r, bool amount)
{
	int right = amount ? (int)text_cells(r->right, strlen(r->right)) : 0;
	int room = g->cols - 2 - (right > 0 ? right + 2 : 0);

	if (r->right[0] == '\0') {
		grid_center(g, row, 0, g->cols, ROLE_TOTAL, r->left);
		return;
	}
	(void)grid_middle(g, row, 1, room, ROLE_NORMAL, r->left);
	if (amount) {
		grid_right(g, row, g->cols - 1 - right, right, ROLE_TOTAL,
			r->right);
	}
}

void
display_draw(struct grid *g, const struct customer_frame *f)
{
	int middle = g->rows / 2;
	const char *big = f->big >= 0 ? f->row[f->big].right : "";
	bool large = f->big >= 0 && g->rows >= 8 &&
		     grid_big_cells(big) + 2 <= g->cols;

	grid_clear(g);
	if (g->rows >= 6 &&
		(f->training || strcmp(f->shop, f->row[0].left) != 0)) {
		grid_center(g, 0, 0, g->cols, ROLE_HEAD,
			/* cells: 20 */
			f->training ? _("TRAINING") : f->shop);
	}
	if (g->rows < 8) {
		int first = g->rows >= 6 ? 2 : 0;

		draw_row(g, first, &f->row[0], true);
		draw_row(g, first + 1, &f->row[1], true);
		return;
	}
	draw_row(g, middle - 3, &f->row[0], f->big != 0 || !large);
	draw_row(g, f->big == 0 ? middle + 3 : middle - 1, &f->row[1],
		f->big != 1 || !large);
	if (large) {
		(void)grid_big(g, f->big == 0 ? middle - 1 : middle + 1, 1,
			g->cols - 2, ROLE_TOTAL, big);
	}
}

static struct mono
in_time(const struct show *s, int64_t us)
{
	return (struct mono){clock_read(&s->clock).mono.us + us};
}

static enum rc
paint(void *arg)
{
	struct show *s = arg;
	enum rc rc = RC_OK;

	if (term_flush(s->term)) {
		display_draw(s->grid, &s->frame);
		grid_cursor(s->grid, s->grid->rows - 1, 0);
		rc = term_paint(s->term, s->grid);
	}
	if (rc == RC_OK && !term_flush(s->term)) {
		rc = loop_timer(s->loop, TIMER_PAINT,
			in_time(s, PAINT_AGAIN_US), paint, s);
	}
	return rc;
}

/* --- beside it ------------------------------------------------------------ */

static enum rc side_turn(struct show *s);

static enum rc
on_side(void *arg, int fd, short revents)
{
	(void)fd;
	(void)revents;
	return side_turn(arg);
}

static enum rc
on_side_timer(void *arg)
{
	return side_turn(arg);
}

/* Their descriptors may change with every call. */
static enum rc
side_turn(struct show *s)
{
	short events[SIDE_MAX];
	struct mono at;
	enum rc rc = RC_OK;

	if (s->side == NULL) {
		return RC_OK;
	}
	for (size_t i = 0; i < s->n_side && rc == RC_OK; i++) {
		rc = loop_fd(s->loop, s->side_fd[i], 0, NULL, NULL);
	}
	at = s->side->poll(s->side->arg);
	s->n_side = s->side->watch(s->side->arg, s->side_fd, events, SIDE_MAX);
	for (size_t i = 0; i < s->n_side && rc == RC_OK; i++) {
		rc = loop_fd(s->loop, s->side_fd[i], events[i], on_side, s);
	}
	return rc == RC_OK
		       ? loop_timer(s->loop, TIMER_SIDE, at, on_side_timer, s)
		       : rc;
}

static enum rc
show_frame(struct show *s)
{
	enum rc rc = paint(s);

	if (rc == RC_OK && s->side != NULL) {
		s->side->show(s->side->arg, &s->frame);
		rc = side_turn(s);
	}
	return rc;
}

static enum rc
on_gone(void *arg)
{
	struct show *s = arg;

	customer_gone(&s->frame);
	return show_frame(s);
}

static enum rc watch(struct show *s);

static enum rc
on_pipe(void *arg, int fd, short revents)
{
	struct show *s = arg;
	bool any = false;
	enum rc rc = customer_reader_take(s->reader, &s->frame, &any);
	struct mono gone = {-1};

	(void)fd;
	(void)revents;
	if (rc == RC_DOWN) {
		gone = in_time(s, GONE_AFTER_US);
		rc = watch(s);
	}
	if (rc == RC_OK) {
		rc = loop_timer(s->loop, TIMER_GONE, gone, on_gone, s);
	}
	if (any && s->frame.language[0] != '\0') {
		i18n_language(s->frame.language, NULL);
	}
	return rc == RC_OK && any ? show_frame(s) : rc;
}

/* The pipe's descriptor is another after the register went. */
static enum rc
watch(struct show *s)
{
	enum rc rc = RC_OK;

	if (s->fd >= 0 && s->fd != s->reader->fd) {
		rc = loop_fd(s->loop, s->fd, 0, NULL, NULL);
	}
	s->fd = s->reader->fd;
	if (rc == RC_OK) {
		rc = loop_fd(s->loop, s->fd, POLLIN, on_pipe, s);
	}
	return rc;
}

static enum rc
resize(struct show *s)
{
	struct grid *g = NULL;
	int rows = 0, cols = 0;
	enum rc rc;

	term_size(s->term, &rows, &cols);
	term_forget(s->term);
	rc = grid_new(rows, cols, &g);
	if (rc == RC_OK) {
		grid_free(s->grid);
		s->grid = g;
		rc = paint(s);
	}
	return rc;
}

/* Nobody types here, but for whoever set it up. */
static enum rc
on_tty(void *arg, int fd, short revents)
{
	struct show *s = arg;
	struct key_event ev;
	bool resized = false;
	enum rc rc = RC_OK;

	(void)fd;
	while (rc == RC_OK && term_read(s->term, &ev, &resized)) {
		if (resized) {
			rc = resize(s);
		} else if (ev.code == KEYS_CHAR && ev.cp == 'q') {
			loop_stop(s->loop);
		}
	}
	if ((revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
		loop_stop(s->loop);
	}
	return rc;
}

static enum rc
on_winch(void *arg)
{
	struct show *s = arg;

	term_resized(s->term);
	return on_tty(s, -1, 0);
}

/* A terminal that is another process's own sends no signal when its size
 * changes. */
static enum rc
on_look(void *arg)
{
	struct show *s = arg;
	enum rc rc = term_outgrown(s->term) ? on_winch(s) : RC_OK;

	return rc != RC_OK ? rc
			   : loop_timer(s->loop, TIMER_SIZE,
				     in_time(s, SIZE_US), on_look, s);
}

static enum rc
on_end(void *arg)
{
	struct show *s = arg;

	loop_stop(s->loop);
	return RC_OK;
}

static enum rc
wire_up(struct show *s)
{
	static const int ends[] = {SIGTERM, SIGHUP, SIGINT};
	enum rc rc = loop_fd(s->loop, term_fd(s->term), POLLIN, on_tty, s);
	size_t i;

	if (rc == RC_OK) {
		rc = watch(s);
	}
	if (rc == RC_OK) {
		rc = loop_signal(s->loop, SIGWINCH, on_winch, s);
	}
	for (i = 0; i < ARRAY_LEN(ends) && rc == RC_OK; i++) {
		rc = loop_signal(s->loop, ends[i], on_end, s);
	}
	if (rc == RC_OK) {
		rc = resize(s);
	}
	if (rc == RC_OK) {
		rc = show_frame(s);
	}
	return rc == RC_OK ? on_look(s) : rc;
}

enum rc
display_run(struct customer_reader *r, const struct customer_frame *first,
	const struct display_side *side, struct err *reterr)
{
	struct show s = {
		.reader = r, .fd = -1, .clock = clock_system(), .side = side};
	const struct term_opts opts = {.esc_delay = 0};
	enum rc rc = loop_new(&s.loop, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	s.frame = *first;
	rc = term_start(&opts, &s.term, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	rc = wire_up(&s);
	if (rc == RC_OK) {
		rc = loop_run(s.loop, reterr);
	}
	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "display",
			"the display failed: start it again");
	}
out:
	grid_free(s.grid);
	term_stop(s.term);
	loop_free(s.loop);
	return rc;
}
