/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast config edit: the active text in somebody's own editor. */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "main/verb_config.h"

#include "base/poison.h"

#define NAME "edit.XXXXXX.conf"
#define NAME_TAIL 5 /* ".conf" */

struct edit {
	const struct args *args;
	char path[PATH_BYTES]; /* "" there is none */
	char *was;             /* the text it began with */
	char active[65];
	uint8_t *is;
	size_t n;
};

/* Beside the store, whose owner alone reads it. */
static enum rc
make_file(struct edit *x, const char *text, size_t n, struct err *reterr)
{
	size_t done = 0;
	int fd;

	if (path_join(x->path, sizeof(x->path), x->args->store, NAME) !=
		RC_OK) {
		x->path[0] = '\0';
		return err_set(reterr, RC_RANGE, 0, "config",
			"the path is too long: choose a shorter --store");
	}
	fd = mkostemps(x->path, NAME_TAIL, O_CLOEXEC); /* 0600 */
	if (fd < 0) {
		x->path[0] = '\0';
		return err_set(reterr, err_sys_rc(errno), errno, "config",
			"no file can be made in %s", x->args->store);
	}
	while (done < n) {
		ssize_t k = write(fd, text + done, n - done);

		if (k < 0 && errno != EINTR) {
			(void)close(fd);
			return err_set(reterr, err_sys_rc(errno), errno,
				"config", "%s cannot be written", x->path);
		}
		done += k > 0 ? (size_t)k : 0;
	}
	(void)close(fd);
	return RC_OK;
}

/* $VISUAL or $EDITOR may hold arguments, so a shell reads it, as others do. */
static enum rc
run_editor(const struct edit *x, struct err *reterr)
{
	const char *editor = getenv("VISUAL");
	char words[PATH_BYTES];
	struct sbuf b;
	int status = 0;
	pid_t pid;

	editor =
		editor != NULL && editor[0] != '\0' ? editor : getenv("EDITOR");
	editor = editor != NULL && editor[0] != '\0' ? editor : "vi";
	sbuf_init(&b, words, sizeof(words));
	sbuf_printf(&b, "%s \"$1\"", editor);
	pid = sbuf_ok(&b) ? fork() : -1;
	if (pid == 0) {
		(void)execl("/bin/sh", "sh", "-c", words, editor, x->path,
			(char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		return err_set(reterr, RC_DENIED, 0, "config",
			"the editor '%.80s' failed: nothing was changed; set "
			"VISUAL or EDITOR",
			editor);
	}
	return RC_OK;
}

static enum rc
read_back(struct edit *x, struct config *c, struct err *reterr)
{
	enum rc rc;

	free(x->is);
	x->is = NULL;
	rc = file_load(x->path, CONFIG_TEXT_BYTES, &x->is, &x->n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = config_check("edit", (const char *)x->is, x->n, c, reterr);
	if (rc == RC_OK) {
		config_release(c);
	}
	return rc;
}

/* Until it is good, or they give up. */
static enum rc
edit(struct edit *x, struct err *reterr)
{
	struct config *c = config_new();
	bool asks = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
	enum rc rc = c != NULL ? RC_OK
			       : err_set(reterr, RC_NOMEM, 0, "config",
					 "no memory: close other programs");

	while (rc == RC_OK) {
		rc = run_editor(x, reterr);
		if (rc != RC_OK) {
			break;
		}
		rc = read_back(x, c, reterr);
		if (rc != RC_PROTO || !asks) {
			break;
		}
		(void)fprintf(stderr, "%s\n", reterr->msg);
		if (!config_confirm("Edit it again?")) {
			break;
		}
		rc = RC_OK;
	}
	config_free(c);
	return rc;
}

static enum rc
begin(struct edit *x, struct err *reterr)
{
	struct shop_conf conf = args_shop(x->args, SHOP_READ);
	struct shop *s = NULL;
	size_t n = 0;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK) {
		memcpy(x->active, s->config_version, sizeof(x->active));
		rc = shop_config_text(s, &x->was, &n, reterr);
	}
	shop_close(s);
	return rc == RC_OK ? make_file(x, x->was, n, reterr) : rc;
}

static int
finish(struct edit *x, const struct config_opts *o)
{
	struct config_forward f = {
		.text = (const char *)x->is, .len = x->n, .base = x->active};
	struct err e = {0};
	bool same = f.text != NULL && strcmp(x->was, f.text) == 0;
	enum rc rc = RC_OK;

	if (same) {
		static const char none[] = "nothing was changed\n";

		return args_json(x->args)
			       ? args_put(x->args, "{\"ok\":true}\n", 12)
			       : args_put(x->args, none, sizeof(none) - 1);
	}
	if (!args_json(x->args)) {
		rc = config_put_diff(
			x->args, x->was, "active", f.text, "edited", &same, &e);
		if (rc == RC_OK && !config_confirm("Take it over?")) {
			rc = err_set(&e, RC_DENIED, 0, "config",
				"nothing was changed");
		}
	}
	return rc == RC_OK ? config_forward(x->args, o, &f)
			   : args_fail(x->args, rc, &e);
}

int
config_edit_text(const struct args *a, const struct config_opts *o)
{
	struct edit x = {.args = a};
	struct err e = {0};
	int status;
	enum rc rc = begin(&x, &e);

	if (rc == RC_OK) {
		rc = edit(&x, &e);
	}
	status = rc == RC_OK ? finish(&x, o) : args_fail(a, rc, &e);
	if (x.path[0] != '\0') {
		(void)unlink(x.path);
	}
	free(x.was);
	free(x.is);
	return status;
}
