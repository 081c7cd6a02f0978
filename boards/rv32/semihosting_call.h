#include <stdint.h>

// One semihosting call; block points to its arguments. The three instructions must be
// uncompressed and lie in one page.
static inline uintptr_t semihosting_call(uintptr_t number, const void *block)
{
    register uintptr_t a0 __asm__("a0") = number;
    register const void *a1 __asm__("a1") = block;
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli zero, zero, 0x1f\n"
                     "ebreak\n"
                     "srai zero, zero, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}
