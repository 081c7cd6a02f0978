/* Runs a library over the rows on the host, under callgrind, which counts the instructions of
 * bench_run. Writes the same lines "output HEX" and "work N" as the virtual processors. */
#include <stdio.h>

#include "bench.h"

uint32_t bench_work_used;

__attribute__((weak)) void bench_load(const void *row)
{
    (void)row;
}

int main(void)
{
    if (bench_setup() != 0) {
        puts("bench_setup failed");
        return 3;
    }
    printf("work %u\n", (unsigned)bench_work_used);
    fputs("output ", stdout);
    for (uint32_t i = 0; i < bench_row_count; i++) {
        const uint8_t *row = bench_rows + i * bench_row_bytes;
        bench_load(row);
        uint8_t result = (uint8_t)bench_run(row);
        const uint8_t *bytes = bench_output_bytes != 0 ? (const uint8_t *)bench_output : &result;
        for (uint32_t k = 0; k < (bench_output_bytes != 0 ? bench_output_bytes : 1); k++) {
            printf("%02x", bytes[k]);
        }
    }
    puts("");
    return 0;
}
