/* SPDX-License-Identifier: Apache-2.0 */
/* placeholder until the layer has a file of its own */
extern const char device_layer[];
const char device_layer[] = "device";
