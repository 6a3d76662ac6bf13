/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_POISON_H
#define BASE_POISON_H

/* Included last by every .c file: names that may not be used at all. */
#undef alloca /* <stdlib.h> makes it a macro, which cannot be poisoned */
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok
#pragma GCC poison atoi atol atoll atof gets sscanf alloca localtime gmtime
#pragma GCC poison strtod flushinp

#endif
