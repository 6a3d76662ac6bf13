/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_VT_INFO_H
#define TESTS_LIB_VT_INFO_H

/* info_string(cap): a string of the description of $TERM; NULL none. */
const char *info_string(const char *cap);

#endif
