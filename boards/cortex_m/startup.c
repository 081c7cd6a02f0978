// Reset and exceptions of the Cortex-M boards.

#include <stdint.h>

#include "port/board.h"
#include "port/host.h"
#include "py/mphal.h"
#include "py/mpprint.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[]; // link.ld

int main(void);

#define CPACR     (*(volatile uint32_t *)0xe000ed88)
#define CPACR_FPU (0xfu << 20) // full access to coprocessors 10 and 11

__attribute__((noreturn)) void start(void)
{
#if defined(__ARM_FP)
    CPACR |= CPACR_FPU;
    __asm__ volatile("dsb\n isb");
#endif
    // Interrupts only end WFI, they are never taken: so they cost no instructions.
    __asm__ volatile("cpsid i");
    const uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; ++to) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end; ++to) {
        *to = 0;
    }
    main();
    host_exit(0);
}

// The registers that an exception has put on the stack.
typedef struct {
    uint32_t r0, r1, r2, r3, r12, lr, pc, psr;
} exception_frame;

#define CFSR (*(volatile uint32_t *)0xe000ed28)
#define BFAR (*(volatile uint32_t *)0xe000ed38)

__attribute__((noreturn, used)) static void report(const exception_frame *frame)
{
    uint32_t number;
    __asm__("mrs %0, ipsr" : "=r"(number));
    mp_printf(&mp_plat_print,
              "\r\nCPU exception %u at %08x, called from %08x, status %08x, address %08x\r\n",
              (unsigned)number, (unsigned)frame->pc, (unsigned)frame->lr, (unsigned)CFSR,
              (unsigned)BFAR);
    host_exit(100 + (int)number);
}

__attribute__((naked)) static void exception(void)
{
    __asm__ volatile("mov r0, sp\n b %0" : : "i"(report));
}

#define EXCEPTIONS (15)

__attribute__((section(".vectors"), used)) static const struct {
    const void *stack;
    void (*start)(void);
    void (*exceptions[EXCEPTIONS - 1])(void);
} vectors = {
    board_stack_top,
    start,
    {
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
        exception,
    },
};
