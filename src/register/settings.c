/* SPDX-License-Identifier: Apache-2.0 */
#include "register/settings.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "register/config.h"
#include "register/shop_internal.h"
#include "store/store.h"

#include "base/poison.h"

#define MODE_OF_NEW ((mode_t)0600)

static enum rc
file_of(const char *dir, char out[PATH_BYTES], struct err *reterr)
{
	return path_join(out, PATH_BYTES, dir, SETTINGS_NAME) == RC_OK
		       ? RC_OK
		       : err_set(reterr, RC_RANGE, 0, __func__,
				 "the path %s is too long; choose a shorter "
				 "--store",
				 dir);
}

enum rc
settings_load(const char *dir, char **ret, size_t *ret_len, char version[65],
	struct err *reterr)
{
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	enum rc rc = file_of(dir, path, reterr);

	if (rc == RC_OK) {
		rc = file_load(path, CONFIG_TEXT_BYTES, &p, ret_len, reterr);
	}
	if (rc == RC_OK) {
		*ret = (char *)p;
		config_version(*ret, *ret_len, version);
	}
	return rc;
}

enum rc
settings_config(const char *dir, struct config *ret, struct err *reterr)
{
	char version[65];
	char *text = NULL;
	size_t n = 0;
	enum rc rc = settings_load(dir, &text, &n, version, reterr);

	if (rc == RC_OK) {
		rc = config_parse(SETTINGS_NAME, text, n, ret, reterr);
	}
	free(text);
	return rc;
}

enum rc
settings_save(const char *dir, const char *text, size_t len, struct err *reterr)
{
	char path[PATH_BYTES];
	mode_t mode = MODE_OF_NEW;
	struct stat st;
	enum rc rc = file_of(dir, path, reterr);

	if (rc == RC_OK && stat(path, &st) == 0) {
		mode = st.st_mode & (mode_t)0777;
	}
	return rc == RC_OK ? file_save(path, text, len, mode, reterr) : rc;
}

void
settings_follow(struct shop *s, const char *text, size_t len)
{
	char version[65];
	char *now = NULL;
	size_t n = 0;
	uint64_t sequence = 0;
	enum rc rc = settings_load(s->dir, &now, &n, version, NULL);

	if (rc == RC_OK && n == len && memcmp(now, text, len) == 0) {
		free(now);
		return;
	}
	if (rc == RC_NOTFOUND || (rc == RC_OK && s->store != NULL &&
					 store_config(s->store, version,
						 &sequence, NULL) == RC_OK)) {
		(void)!settings_save(s->dir, text, len, NULL);
	}
	free(now);
}
