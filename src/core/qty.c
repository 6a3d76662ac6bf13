/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qty.h"

#include "base/parse.h"

#include "base/poison.h"

#define MILLI 1000

enum rc
qty_extend(
	struct money price, struct qty q, enum round round, struct money *ret)
{
	return money_mul_ratio(price, q.milli, MILLI, round, ret);
}

struct qty
qty_pieces(struct qty q)
{
	if (q.milli % MILLI == 0) {
		return q;
	}
	q.milli = q.milli < 0 ? -MILLI : MILLI;
	return q;
}

enum rc
qty_parse(const char *s, size_t len, struct qty *ret)
{
	int64_t milli;
	enum rc rc;

	if (len > 0 && s[0] == '-') {
		return RC_PROTO;
	}
	rc = parse_decimal(s, len, 3, &milli);
	if (rc != RC_OK) {
		return rc;
	}
	if (milli <= 0 || milli > QTY_MAX) {
		return RC_RANGE;
	}
	ret->milli = milli;
	return RC_OK;
}

void
qty_put(struct sbuf *b, struct qty q)
{
	uint64_t v = q.milli < 0 ? 0 - (uint64_t)q.milli : (uint64_t)q.milli;
	unsigned rest = (unsigned)(v % MILLI);
	const char decimals[] = {'.', (char)('0' + rest / 100),
		(char)('0' + rest / 10 % 10), (char)('0' + rest % 10)};
	size_t n = rest == 0 ? 0 : sizeof(decimals);

	if (q.milli < 0) {
		sbuf_putc(b, '-');
	}
	sbuf_u64(b, v / MILLI);
	while (n > 0 && decimals[n - 1] == '0') {
		n--;
	}
	sbuf_write(b, decimals, n);
}
