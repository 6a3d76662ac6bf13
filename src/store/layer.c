/* SPDX-License-Identifier: Apache-2.0 */
/* placeholder until the layer has a file of its own */
extern const char store_layer[];
const char store_layer[] = "store";
