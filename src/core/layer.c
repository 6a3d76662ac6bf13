/* SPDX-License-Identifier: Apache-2.0 */
/* placeholder until the layer has a file of its own */
extern const char core_layer[];
const char core_layer[] = "core";
