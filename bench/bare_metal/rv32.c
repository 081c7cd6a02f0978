/* RV32 of QEMU's machine "virt": start, instret as the counter, semihosting. */
#include "port.h"

extern int main(void);

__asm__(".section .start, \"ax\"\n"
        ".global _start\n"
        "_start:\n"
        ".option push\n"
        ".option norelax\n"
        "la gp, __global_pointer$\n"
        ".option pop\n"
        "la sp, port_stack_top\n"
        "tail port_start\n"
        ".text\n");

_Noreturn __attribute__((used)) void port_start(void)
{
    (void)main();
    port_exit(1);
}

uint64_t port_instructions(void)
{
    uint32_t high, low, again;
    do {
        __asm__ volatile("rdinstreth %0\n rdinstret %1\n rdinstreth %2"
                         : "=r"(high), "=r"(low), "=r"(again));
    } while (high != again);
    return (uint64_t)high << 32 | low;
}

uint64_t port_elapsed(uint64_t start, uint64_t end)
{
    return end - start;
}

static uintptr_t semihost(uintptr_t operation, uintptr_t argument)
{
    register uintptr_t a0 __asm__("a0") = operation;
    register uintptr_t a1 __asm__("a1") = argument;
    __asm__ volatile(".balign 16\n"
                     ".option push\n"
                     ".option norvc\n"
                     "slli zero, zero, 0x1f\n"
                     "ebreak\n"
                     "srai zero, zero, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
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
        ".option push\n"
        ".option norvc\n"
        ".global port_nop, port_nops_7, port_nops_64\n"
        "port_nops_64: .rept 57\n nop\n .endr\n"
        "port_nops_7: .rept 6\n nop\n .endr\n"
        "port_nop: ret\n"
        ".option pop\n");
