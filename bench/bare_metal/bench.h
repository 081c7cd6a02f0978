/* What a measured library and the program around it know of each other.
 *
 * The library's adaptor (bench/trees/<library>.c, bench/dsp/<library>.c) defines bench_setup and
 * bench_run; rows.S holds the input in the number format that the library takes; main.c (on a
 * virtual processor) or host.c (here) calls and counts.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Prepares the library, from rest; not measured. Called before every pass over the rows. Returns 0,
 * or anything else to report failure. */
int bench_setup(void);

/* Optional: brings a row to where bench_run works on it, such as for work in place; not measured.
 */
void bench_load(const void *row);

/* What is measured, from its first instruction to its return. The result for this row is what is
 * in bench_output afterwards, or, where that has no bytes, the byte that is returned. */
int bench_run(const void *row);

/* The input, row after row, and the model (or payload, or tables) where it is a file rather than C
 * source. */
extern const uint8_t bench_rows[];
extern const uint32_t bench_row_count, bench_row_bytes;
extern const uint32_t bench_model[];
extern const uint32_t bench_model_length;

/* The result of a row, 8-byte aligned; it and bench_work are not counted as static memory. */
extern uint32_t bench_output[];
extern const uint32_t bench_output_bytes;

/* Memory for an adaptor's use, 8-byte aligned: bench_setup writes into bench_work_used how much of
 * it is to be counted (state and tables are, a copy of the input that the caller has anyway is
 * not).
 */
extern uint32_t bench_work[];
extern const uint32_t bench_work_bytes;
extern uint32_t bench_work_used;

#ifdef __cplusplus
}
#endif

#endif
