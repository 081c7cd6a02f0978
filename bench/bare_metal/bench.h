/* What a measured library and the program around it know of each other.
 *
 * The library's adaptor (bench/trees/<library>.c) defines bench_setup and bench_predict; rows.S
 * holds the test set in the number format that the library takes; main.c calls and counts.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Prepares the model once; not measured. Returns 0, or anything else to report failure. */
int bench_setup(void);

/* Class index of one row of features: what is measured, from its first instruction to its return.
 */
int bench_predict(const void *row);

/* The test set, row after row, and the converted model where it is a file rather than C source. */
extern const uint8_t bench_rows[];
extern const uint32_t bench_row_count, bench_row_bytes;
extern const uint32_t bench_model[];
extern const uint32_t bench_model_length;

#ifdef __cplusplus
}
#endif

#endif
