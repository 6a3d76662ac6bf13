/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ESCPOS_DRIVER_H
#define DEVICE_ESCPOS_DRIVER_H

#include "device/device.h"

/**
 * escpos_driver - the ESC/POS state machine: sends a job in pieces, reads
 * what the printer says of itself, and decides what became of the job.
 *
 * A job is: ask for status (GS a, DLE EOT 1), the job's own bytes, then a
 * queued question (GS r 1) whose answer means that everything before it has
 * been worked off.  A printer that cannot answer (a file, a FIFO) gets the
 * job's bytes alone, and the job is done when they are written.
 */
extern const struct device_driver escpos_driver;

#endif
