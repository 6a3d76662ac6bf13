/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/keys.h"
#include "base/rng.h"

/**
 * journal - the append-only log that is the truth of a register.
 *
 * Segments of 64 MiB with zeros written ahead; a record is a clear header
 * whose SHA-256 covers header and ciphertext, and the sealed line.  Each
 * appended group starts on a fresh 4 KiB block and is flushed once; its
 * records are all there or none (the header tells place and size of the
 * group).  On-disk form: holdfast-journal(5).
 *
 * One writer process a directory (the register's own lock), any number of
 * readers.  A group that journal_append() acknowledged survives SIGKILL and
 * power loss.  After a failed flush the same bytes go to a new segment; the
 * old descriptor is never flushed again.
 *
 * Not here: what a line means (wire/), when it is shipped (sync/).
 *
 * Files: file.c the disk calls beyond base/file.h; segment.c name and header
 * block; record.c one record's bytes; scan.c groups of a segment; view.c one
 * segment opened; recover.c judges at journal_open, recover_settle.c acts at
 * journal_settle;
 * writer.c appending, rotation, zeros ahead; reader.c; info.c; cut.c whole
 * segments listed, and the oldest taken away; repair.c what is missing,
 * repair_fill.c puts it back; watermark.c.
 */
#define JOURNAL_SEGMENT_BYTES ((uint64_t)64 << 20)
#define JOURNAL_BLOCK_BYTES 4096u
#define JOURNAL_AHEAD_BYTES ((uint64_t)1 << 20) /* zeros a step */
#define JOURNAL_GROUP_MAX 64			 /* records a group */
#define JOURNAL_LINE_BYTES ((size_t)1 << 20)

struct journal;

struct journal_head {
	uint32_t epoch;
	uint64_t sequence; /* 0: nothing yet */
	uint8_t hash[HASH_BYTES]; /* SHA-256 of the last line; zeros at 0 */
};

struct journal_conf {
	const char *dir;
	uint8_t reg[UUID_BYTES];
	struct keys *keys;	/* borrowed for the journal's life */
	const struct rng *rng;	/* borrowed */
	uint64_t segment_bytes; /* 0 = JOURNAL_SEGMENT_BYTES */
	/* What is known to be final from elsewhere (store, watermark, hub):
	 * a tail that ends before it is damage, not a torn write. */
	uint64_t known_sequence;
	uint32_t epoch; /* of records to be written; >= the one on disk */
	/* What was purged, for journal_repair(): the number of its last segment
	 * and of its last line, and that one's hash.  0: nothing was. */
	uint32_t base_number;
	uint64_t base_sequence;
	uint8_t base_hash[HASH_BYTES];
};

/* What journal_open() found at the end of the log. */
enum journal_tail {
	JOURNAL_CLEAN,
	JOURNAL_TORN,	/* unacknowledged bytes, zeros once it is settled */
	JOURNAL_DAMAGED /* open refused: see struct journal_report */
};

struct journal_report {
	enum journal_tail tail;
	uint64_t dropped_bytes;		 /* JOURNAL_TORN */
	uint8_t dropped_hash[HASH_BYTES]; /* of them */
	uint64_t bad_sequence; /* JOURNAL_DAMAGED: first sequence that is not
				* there or does not hold */
	uint64_t last_sequence; /* last good one before it */
	char path[256]; /* segment concerned */
	uint64_t offset;
};

/**
 * journal_open(conf, ret, ret_report, reterr):
 * Open for writing: scan the newest segments from the last sealed one, classify
 * the end (holdfast-journal(5), RECOVERY).  Removes segments that never came
 * to be (no record in them holds) and writes nothing: the last group may have
 * been read from memory and not be on the disk, or be there and nowhere else,
 * so journal_settle() must come before it is believed or added to.
 * Errors   RC_CORRUPT the end is damage (a good record behind a bad one, the
 *          end before known_sequence, one sequence with two lines): nothing
 *          written; *ret_report says where; journal_repair() may mend it.
 *          RC_KEY, RC_IO, RC_NOSPC, RC_NOMEM.
 * Effects  reads the last segment (of records more than 4,096 before
 *          known_sequence only the headers: verify hashes them).
 */
MUST_CHECK enum rc journal_open(const struct journal_conf *conf,
	struct journal **ret, struct journal_report *ret_report,
	struct err *reterr);
void journal_close(struct journal *j);

/** journal_unsure(j): not settled, and the last group may not be on the disk:
 * the watermark, which is written behind its flush only, does not reach it. */
bool journal_unsure(const struct journal *j);

/**
 * journal_settle(j, copied, ret_moved, reterr):
 * Put on the disk what journal_open() found, before anything of it is believed
 * or added to: a torn tail is zeroed, an empty directory gets its first
 * segment.  A group that is known to have been flushed is left alone.  Another one is written again and flushed:
 * where it stands only when ${copied}, which says that its lines are on the
 * disk in another place too (a power cut may leave anything in a block that is
 * being written); else, and when that flush fails, in a new segment
 * (*ret_moved, may be NULL).  Nothing to do when it was done.
 * Errors   RC_NOSPC: may be called again.  Else, RC_IO, RC_NOMEM: close j;
 *          nothing that a copy does not hold has been written over.
 * Effects  a few flushes.
 */
MUST_CHECK enum rc journal_settle(struct journal *j, bool copied,
	bool *ret_moved, struct err *reterr);

/** journal_settled(j) */
bool journal_settled(const struct journal *j);

struct journal_head journal_head(const struct journal *j);

struct journal_line {
	uint64_t sequence;
	const char *p;
	size_t n;
};

/**
 * journal_append(j, line, n_line, head_hash, reterr):
 * Add lines (sequence head+1, head+2, ...) as one group, flush once.
 * ${head_hash} is the SHA-256 of the last line.
 * Errors   RC_INVAL sequence not next, n_line 0 or > JOURNAL_GROUP_MAX, a line
 *          empty or too long, or j not settled: nothing written.
 *          RC_NOSPC: nothing acknowledged, the bytes are zeroed again and that
 *          is flushed, j is usable and the call may be retried.
 *          RC_IO: write or flush failed and a new segment could not be made
 *          either; j is poisoned: every later call is RC_IO.  Whether the
 *          group is on disk is decided by the next journal_settle().
 * Effects  one pwritev-sized write and one fdatasync; a second one and a new
 *          file when the segment is full.
 */
MUST_CHECK enum rc journal_append(struct journal *j,
	const struct journal_line line[], size_t n_line,
	const uint8_t head_hash[HASH_BYTES], struct err *reterr);

/** journal_idle(j): write zeros ahead (at most one step), make the next
 * segment when this one is 75 % full.  Call when nothing else is to do; errors
 * are kept for the next append. */
void journal_idle(struct journal *j);

/** journal_roll(j): the next group goes into a fresh segment, with a data key
 * of its own, unless the one in use has none yet; a segment made ahead has its
 * key wrapped anew. */
void journal_roll(struct journal *j);

/** journal_flush_count(j): fdatasync calls so far (for bench and tests). */
uint64_t journal_flush_count(const struct journal *j);

/* --- reading ----------------------------------------------------------------- */

struct journal_reader;

struct journal_record {
	uint64_t sequence;
	uint32_t epoch;
	const char *line; /* NULL when opened without keys */
	size_t len;	  /* of the line, known without keys too */
	bool group_first;
};

/**
 * journal_reader_open(dir, keys, from, ret, reterr):
 * Read records in order from sequence ${from} (1 = all).  Without ${keys}
 * (NULL) only hashes, sequence and lengths are checked and line is NULL.
 */
MUST_CHECK enum rc journal_reader_open(const char *dir,
	const struct keys *keys, uint64_t from, struct journal_reader **ret,
	struct err *reterr);

/**
 * journal_reader_next(r, upto, ret, reterr):
 * The next record with sequence <= upto; ret->line lives until the next call.
 * ${upto} is what is known to be final (watermark, applied sequence); with
 * UINT64_MAX, to the end, and bytes behind the last good group that a power
 * cut left there are the end, not damage.
 * Errors   RC_NOTFOUND no further record up to there.
 *          RC_CORRUPT header, ciphertext, gap, or two different lines for one
 *          sequence: the message names the sequence and segment; the reader
 *          stays before it (journal_reader_skip() goes on behind).
 */
MUST_CHECK enum rc journal_reader_next(struct journal_reader *r,
	uint64_t upto, struct journal_record *ret, struct err *reterr);
/** journal_reader_skip(r, ret_sequence): leave the bad place, find the next
 * good record; RC_NOTFOUND none. */
MUST_CHECK enum rc journal_reader_skip(
	struct journal_reader *r, uint64_t *ret_sequence, struct err *reterr);
void journal_reader_close(struct journal_reader *r);

/** journal_info(dir, ...): register id and public key of the newest readable
 * segment header; RC_NOTFOUND no segment. */
struct journal_info {
	uint8_t reg[UUID_BYTES];
	uint32_t epoch;
	uint8_t pub[SIGN_PUB_BYTES];
	unsigned n_segment;
};
MUST_CHECK enum rc journal_info(
	const char *dir, struct journal_info *ret, struct err *reterr);

/** journal_stray(dir, path, reterr): is there a segment file that holds the
 * segment of another name, an old one put back under a new number, say?  The
 * log goes on without it.  RC_OK: ${path} (256 bytes) names the first;
 * RC_NOTFOUND none. */
MUST_CHECK enum rc journal_stray(
	const char *dir, char path[256], struct err *reterr);

/* --- whole segments ----------------------------------------------------------- */

#define JOURNAL_NAME_BYTES 64 /* of a segment's file, with the NUL */

/** One segment, or the beginning of the last one: bytes that are final and
 * will never change. */
struct journal_segment {
	char name[JOURNAL_NAME_BYTES];
	uint32_t epoch, number;
	uint64_t first, last; /* lines; first > last: it holds none */
	uint64_t bytes;
	uint8_t head[HASH_BYTES]; /* of line first - 1 */
};

/**
 * journal_segments(dir, upto, ret, ret_n, reterr):
 * The segments of ${dir} in order, up to the group that holds line ${upto},
 * which is known to be final; malloc'd.  Of the last one only the bytes up to
 * the end of that group count, and its last line is that group's, which may
 * stand behind ${upto}.
 * Errors   RC_NOTFOUND there is no segment; RC_CORRUPT a header does not hold,
 *          a number is missing, or the log ends before ${upto}; RC_IO,
 *          RC_NOMEM.
 */
MUST_CHECK enum rc journal_segments(const char *dir, uint64_t upto,
	struct journal_segment **ret, size_t *ret_n, struct err *reterr);

/**
 * journal_first(dir, ret, reterr): where the log begins: number, epoch, first
 * and head of its oldest segment; bytes and last are 0.  Where that one's header
 * does not hold first is 0.  RC_NOTFOUND there is no segment.
 */
MUST_CHECK enum rc journal_first(
	const char *dir, struct journal_segment *ret, struct err *reterr);

/**
 * journal_cut(dir, number, ret_n, reterr):
 * Remove the segments up to ${number}, the oldest first, and have each removal
 * on the disk before the next: what a power cut leaves is always the end of the
 * log, without a hole.  The newest segment stays whatever is asked.  What was
 * in them is the caller's to have safe.
 * Output   *ret_n segments removed.
 * Effects  two flushes a segment.
 */
MUST_CHECK enum rc journal_cut(const char *dir, uint32_t number,
	unsigned *ret_n, struct err *reterr);

/* --- repair -------------------------------------------------------------------- */

/** journal_repair_fn: the line of ${sequence} from another copy (the store,
 * a backup, the hub), or RC_NOTFOUND.  *ret_line lives until the next call. */
typedef enum rc (*journal_repair_fn)(void *arg, uint64_t sequence,
	const char **ret_line, size_t *ret_len, struct err *reterr);

/**
 * journal_repair(conf, upto, fn, arg, ret_n, reterr):
 * Write every record from the first bad one that is missing or does not hold,
 * up to sequence ${upto}, from ${fn}, whose lines must chain to their
 * neighbors (the caller has checked signatures) and are on the disk, so that
 * a power cut in the middle costs nothing.  Bad blocks are copied to
 * <segment>.bad-<offset> first.  Works on a closed journal.
 * Errors   RC_NOTFOUND fn has no copy of one (message names it), RC_CORRUPT.
 */
MUST_CHECK enum rc journal_repair(const struct journal_conf *conf,
	uint64_t upto, journal_repair_fn fn, void *arg, uint64_t *ret_n,
	struct err *reterr);

/* --- watermark ---------------------------------------------------------------- */

/** The last sequence that is flushed and applied; written without flush
 * (stale only means less).  A file that fails its check reads as 0. */
MUST_CHECK enum rc watermark_write(
	const char *dir, uint64_t sequence, struct err *reterr);
uint64_t watermark_read(const char *dir);

#endif
