/* Runs a library over the test set on the host, under callgrind, which counts the instructions.
 * Writes the same line `classes HEX` as the virtual processors. */
#include <stdio.h>

#include "bench.h"

int main(void)
{
    if (bench_setup() != 0) {
        puts("bench_setup failed");
        return 3;
    }
    fputs("classes ", stdout);
    for (uint32_t i = 0; i < bench_row_count; i++) {
        printf("%02x", (unsigned)bench_predict(bench_rows + i * bench_row_bytes) & 255u);
    }
    puts("");
    return 0;
}
