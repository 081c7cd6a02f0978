/* Runs a library over the test set on a virtual processor and reports, a line each:
 *   instructions N   sum over the rows of the instructions in bench_predict, call to return
 *   stack N          deepest stack use of bench_setup and bench_predict, bytes
 *   classes HEX      the predicted class of each row, a byte each
 * Before that the counter is checked against functions of known length, so that a wrong count can't
 * pass silently.
 */
#include "bench.h"
#include "port.h"

#define PAINT 0xA5A5A5A5u

extern uint32_t port_stack_limit[]; /* lowest address the stack may reach; linker script */

typedef int (*function)(const void *row);

static int last_result;
static uint8_t classes[4096];

static __attribute__((noinline)) uint64_t count(function f, const void *row)
{
    uint64_t start = port_instructions();
    last_result = f(row);
    return port_elapsed(start, port_instructions());
}

static void write_number(const char *name, uint64_t value)
{
    char digits[24];
    char *c = digits + sizeof digits;
    *--c = 0;
    *--c = '\n';
    do {
        *--c = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    port_write(name);
    port_write(c);
}

static void write_byte(unsigned value)
{
    static const char hex[] = "0123456789abcdef";
    char text[3] = {hex[value >> 4 & 15], hex[value & 15], 0};
    port_write(text);
}

static int setup_library(const void *unused)
{
    (void)unused;
    return bench_setup();
}

/* The stack below: painted, and later searched for the lowest word that has changed. */
static __attribute__((noinline)) void paint(void)
{
    volatile uint32_t *here = __builtin_frame_address(0);
    for (volatile uint32_t *word = port_stack_limit; word < here - 16; word++) {
        *word = PAINT;
    }
}

static uint32_t lowest_change(void)
{
    const volatile uint32_t *word = port_stack_limit;
    while (*word == PAINT) {
        word++;
    }
    return (uint32_t)(uintptr_t)word;
}

/* Setup and the whole test set, so that the stack's depth can be seen; returns setup's result. */
static __attribute__((noinline)) int run(int (*setup)(const void *), function predict)
{
    volatile uint32_t below_the_paint[64]; /* the functions called from here are inside the paint */
    below_the_paint[0] = 0;
    int result = setup(0);
    for (uint32_t i = 0; i < bench_row_count; i++) {
        classes[i] = (uint8_t)predict(bench_rows + i * bench_row_bytes);
    }
    return result;
}

static uint32_t run_and_find_depth(int (*setup)(const void *), function predict, int *result)
{
    paint();
    *result = run(setup, predict);
    return lowest_change();
}

int main(void)
{
    uint64_t overhead = count(port_nop, 0) - 1;
    for (int i = 0; i < 41; i++) { /* more often than the coarse counter has phases */
        if (count(port_nop, 0) - overhead != 1 || count(port_nops_7, 0) - overhead != 7 ||
            count(port_nops_64, 0) - overhead != 64) {
            port_write("the instruction counter is not exact\n");
            port_exit(2);
        }
    }
    if (bench_row_count > sizeof classes) {
        port_write("more rows than expected\n");
        port_exit(2);
    }

    int result;
    uint32_t empty = run_and_find_depth(port_nop, port_nop, &result);
    uint32_t depth = empty - run_and_find_depth(setup_library, bench_predict, &result);
    if (result != 0) {
        port_write("bench_setup failed\n");
        port_exit(3);
    }
    uint64_t total = 0;
    for (uint32_t i = 0; i < bench_row_count; i++) {
        total += count(bench_predict, bench_rows + i * bench_row_bytes) - overhead;
        if ((uint8_t)last_result != classes[i]) {
            port_write("the same row gave two classes\n");
            port_exit(4);
        }
    }
    write_number("instructions ", total);
    write_number("stack ", depth);
    port_write("classes ");
    for (uint32_t i = 0; i < bench_row_count; i++) {
        write_byte(classes[i]);
    }
    port_write("\n");
    port_exit(0);
}
