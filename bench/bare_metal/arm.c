/* Cortex-M of QEMU's machines "mps2-an385" (M3) and "mps2-an386" (M4F): start, SysTick as the
 * counter, semihosting.
 *
 * Under `-icount shift=0` an instruction takes 1 ns of virtual time and SysTick runs at 25 MHz: a
 * tick is 40 instructions. Instructions are told apart all the same: 40 readings, each three
 * instructions after the one before, fall into different places of their ticks, since 3 and 40 have
 * no common divisor, and by Hermite's identity sum of floor((t + 3 k) / 40) over k = 0 ... 39  =  t
 * + constant so that the sum of the readings counts single instructions. main.c checks that it
 * does.
 */
#include "port.h"

#define SYST_CSR   (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR   (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR   (*(volatile uint32_t *)0xE000E018u)
#define CPACR      (*(volatile uint32_t *)0xE000ED88u)
#define TICK_MASK  0xFFFFFFu
#define READINGS   40u
#define START_TICK 5u /* CLKSOURCE | ENABLE */

extern int main(void);
extern uint32_t port_stack_top[];
extern uint32_t port_data_load[], port_data_start[], port_data_end[], port_bss_end[];

_Noreturn void port_start(void);

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    port_stack_top,
    (const void *)port_start,
};

_Noreturn __attribute__((used)) void port_start(void)
{
#ifdef __ARM_FP
    CPACR |= 0xFu << 20; /* the FPU, before any code that might use it */
    __asm__ volatile("dsb\n isb" ::: "memory");
#endif
    const uint32_t *from = port_data_load;
    for (uint32_t *to = port_data_start; to < port_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = port_data_end; to < port_bss_end; to++) {
        *to = 0;
    }
    SYST_RVR = TICK_MASK;
    SYST_CVR = 0;
    SYST_CSR = START_TICK;
    while (SYST_CVR == 0) {
    }
    (void)main();
    port_exit(1);
}

uint64_t port_instructions(void)
{
    uint32_t readings[READINGS];
    uint32_t *next = readings;
    uint32_t scratch;
    __asm__ volatile(".rept 40\n"
                     "ldr.w %1, [%2]\n"
                     "str.w %1, [%0], #4\n"
                     "nop\n"
                     ".endr\n"
                     : "+r"(next), "=&r"(scratch)
                     : "r"(&SYST_CVR)
                     : "memory");
    uint64_t sum = (uint64_t)(TICK_MASK - readings[0]) * READINGS;
    for (uint32_t i = 1; i < READINGS; i++) {
        sum += (readings[0] - readings[i]) & TICK_MASK;
    }
    return sum;
}

uint64_t port_elapsed(uint64_t start, uint64_t end)
{
    const uint64_t period = (uint64_t)READINGS * (TICK_MASK + 1);
    return end >= start ? end - start : end + period - start;
}

static uintptr_t semihost(uintptr_t operation, uintptr_t argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

#define SYS_WRITE0        4
#define SYS_EXIT_EXTENDED 0x20
#define STOPPED           0x20026

void port_write(const char *text)
{
    (void)semihost(SYS_WRITE0, (uintptr_t)text);
}

_Noreturn void port_exit(int code)
{
    uintptr_t block[2] = {STOPPED, (uintptr_t)code};
    for (;;) {
        (void)semihost(SYS_EXIT_EXTENDED, (uintptr_t)block);
    }
}

__asm__(".text\n"
        ".syntax unified\n"
        ".thumb\n"
        ".global port_nop, port_nops_7, port_nops_64\n"
        ".thumb_func\n"
        "port_nops_64: .rept 57\n nop\n .endr\n"
        ".thumb_func\n"
        "port_nops_7: .rept 6\n nop\n .endr\n"
        ".thumb_func\n"
        "port_nop: bx lr\n");
