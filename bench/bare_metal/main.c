/* Runs a library over the rows on a virtual processor and reports, a line each:
 *   instructions N   sum over the rows of the instructions in bench_run, call to return
 *   stack N          deepest stack use of bench_setup, bench_load and bench_run, bytes
 *   work N           bytes of bench_work that the library uses
 *   output HEX       the result of each row, one after the other
 * Before that the counter is checked against functions of known length, so that a wrong count can't
 * pass silently. The rows are gone through twice, once for the stack and once for the instructions,
 * and must give the same results.
 */
#include "bench.h"
#include "port.h"

#define PAINT 0xA5A5A5A5u

extern uint32_t port_stack_limit[]; /* lowest address the stack may reach; linker script */

uint32_t bench_work_used;

typedef int (*function)(const void *row);

static int last_result;

__attribute__((weak)) void bench_load(const void *row)
{
    (void)row;
}

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

static inline const uint8_t *row_at(uint32_t i)
{
    return bench_rows + i * bench_row_bytes;
}

/* The bytes of the latest result. Inline, as add_result: no stack below that of run. */
static inline __attribute__((always_inline)) const uint8_t *result_bytes(uint32_t *length)
{
    static uint8_t returned;
    returned = (uint8_t)last_result;
    *length = bench_output_bytes != 0 ? bench_output_bytes : 1;
    return bench_output_bytes != 0 ? (const uint8_t *)bench_output : &returned;
}

static void write_result(void)
{
    static const char hex[] = "0123456789abcdef";
    char text[2 * 64 + 1];
    uint32_t length;
    const uint8_t *bytes = result_bytes(&length);
    for (uint32_t at = 0; at < length;) {
        char *c = text;
        for (; c < text + sizeof text - 1 && at < length; at++) {
            *c++ = hex[bytes[at] >> 4];
            *c++ = hex[bytes[at] & 15];
        }
        *c = 0;
        port_write(text);
    }
}

/* A sum that tells results apart (FNV-1a). */
static inline __attribute__((always_inline)) uint32_t add_result(uint32_t sum)
{
    uint32_t length;
    const uint8_t *bytes = result_bytes(&length);
    for (uint32_t i = 0; i < length; i++) {
        sum = (sum ^ bytes[i]) * 16777619u;
    }
    return sum;
}

/* The stack below: painted, and later searched for the lowest word that has changed. */
static __attribute__((noinline)) void paint(void)
{
    volatile uint32_t *here = __builtin_frame_address(0);
    for (volatile uint32_t *word = port_stack_limit; word < here - 16; word++) {
        *word = PAINT;
    }
}

static uintptr_t lowest_change(void)
{
    const volatile uint32_t *word = port_stack_limit;
    while (*word == PAINT) {
        word++;
    }
    return (uintptr_t)word;
}

/* Setup and all rows; tells the stack's address before them and returns the sum of the results, or
 * 0 if setup failed. */
static __attribute__((noinline)) uint32_t run(uintptr_t *stack)
{
    volatile uint32_t below_the_paint[64]; /* the functions called from here are inside the paint */
    below_the_paint[0] = 0;
    register uintptr_t pointer __asm__("sp");
    __asm__ volatile("" : "=r"(*stack) : "0"(pointer));
    uint32_t sum = 2166136261u;
    if (bench_setup() != 0) {
        return 0;
    }
    for (uint32_t i = 0; i < bench_row_count; i++) {
        bench_load(row_at(i));
        last_result = bench_run(row_at(i));
        sum = add_result(sum);
    }
    return sum;
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

    uintptr_t stack;
    paint();
    uint32_t sum = run(&stack);
    uint64_t depth = stack - lowest_change();
    if (sum == 0 || bench_setup() != 0) {
        port_write("bench_setup failed\n");
        port_exit(3);
    }
    uint32_t again = 2166136261u;
    uint64_t total = 0;
    port_write("output ");
    for (uint32_t i = 0; i < bench_row_count; i++) {
        bench_load(row_at(i));
        total += count(bench_run, row_at(i)) - overhead;
        again = add_result(again);
        write_result();
    }
    port_write("\n");
    if (again != sum) {
        port_write("the same rows gave two results\n");
        port_exit(4);
    }
    write_number("instructions ", total);
    write_number("stack ", depth);
    write_number("work ", bench_work_used);
    port_exit(0);
}
