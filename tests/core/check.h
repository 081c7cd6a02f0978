/* What a C test needs: CHECK, and exit code and count at the end. Hosted C, one file a test:
 *
 *     int main(int argc, char **argv)
 *     {
 *         CHECK(1 + 1 == 2);
 *         return check_summary("arithmetic");
 *     }
 *
 * The same source runs on the development machine and, through bare_metal/run.py, on every target.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>

static unsigned long check_passed, check_failed;

/* Count `condition`; print where and what when it is false (the first 20 times). */
#define CHECK(condition) check_that((condition) != 0, #condition, __FILE__, __LINE__)

static inline void check_that(int condition, const char *text, const char *file, int line)
{
    if (condition) {
        check_passed++;
        return;
    }
    check_failed++;
    if (check_failed <= 20) {
        printf("%s:%d: failed: %s\n", file, line, text);
    }
}

/* Print "name: N passed, M failed"; the exit code for main. */
static inline int check_summary(const char *name)
{
    printf("%s: %lu passed, %lu failed\n", name, check_passed, check_failed);
    return check_failed != 0;
}

/* Instructions executed so far, by a clock that bare_metal/run.py makes exact (-icount shift=0). 0
 * on the development machine. On ARM it ticks every 40 instructions: measure many repetitions. */
#if defined(__arm__) && defined(CHECK_BARE_METAL)
/* SysTick, 24 bits, counts down at 25 MHz; one instruction takes a nanosecond. The difference of
 * two readings is right up to 671 million instructions. */
static inline uint32_t check_ticks(void)
{
    volatile uint32_t *systick = (volatile uint32_t *)0xE000E010;
    if ((systick[0] & 1) == 0) {
        systick[1] = 0xFFFFFF;
        systick[2] = 0;
        systick[0] = 5;
    }
    return 0xFFFFFF - systick[2];
}

static inline uint32_t check_instructions_between(uint32_t start, uint32_t end)
{
    return ((end - start) & 0xFFFFFF) * 40;
}
#elif defined(__riscv) && defined(CHECK_BARE_METAL)
static inline uint32_t check_ticks(void)
{
    uint32_t instructions;
    __asm__ volatile("rdinstret %0" : "=r"(instructions));
    return instructions;
}

static inline uint32_t check_instructions_between(uint32_t start, uint32_t end)
{
    return end - start;
}
#else
static inline uint32_t check_ticks(void)
{
    return 0;
}

static inline uint32_t check_instructions_between(uint32_t start, uint32_t end)
{
    (void)start;
    (void)end;
    return 0;
}
#endif

/* Print the mean number of instructions that `statement` takes in `times` repetitions, numbered by
 * check_i. The development machine runs it and prints nothing. */
#define CHECK_INSTRUCTIONS(name, times, statement)                                                 \
    do {                                                                                           \
        uint32_t check_start = check_ticks();                                                      \
        for (uint32_t check_i = 0; check_i < (times); check_i++) {                                 \
            statement;                                                                             \
        }                                                                                          \
        uint32_t check_end = check_ticks();                                                        \
        uint32_t check_sum = check_instructions_between(check_start, check_end);                   \
        if (check_sum != 0) {                                                                      \
            printf("instructions: %s: %lu\n", (name), (unsigned long)(check_sum / (times)));       \
        }                                                                                          \
    } while (0)

#endif
