/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ESCPOS_DRIVER_H
#define DEVICE_ESCPOS_DRIVER_H

#include "device/device.h"

/**
 * escpos_driver - the ESC/POS state machine: sends a job in pieces, reads
 * what the printer says of itself, and decides what became of the job.
 *
 * A job is: ask for status (GS a, DLE EOT 1), the job's own bytes, then a
 * queued question (GS ( H with the job's number, else GS r 1) whose answer
 * means that everything before it has been worked off.  A job of which nothing
 * was sent waits for paper and cover as long as it takes; one that is under
 * way waits as long as the printer answers, goes on by itself and is not sent
 * again.  A printer that cannot answer (a file, a FIFO, status = none) gets
 * the job's bytes alone, and the job is done when they are written.
 *
 * Pieces end where commands end, so that a drawer can be opened between them.
 * Without paper the pulse is a real-time command.
 */
extern const struct device_driver escpos_driver;

/** escpos_span(p, n): bytes of the command or sign that p begins with, 1 to n;
 * n when it is cut off. */
size_t escpos_span(const uint8_t *p, size_t n);

#endif
