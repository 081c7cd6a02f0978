/* What main.c needs from a processor. */
#ifndef BENCH_PORT_H
#define BENCH_PORT_H

#include <stdint.h>

/* A value that grows by one with each instruction executed, up to a constant, modulo PORT_MODULUS.
 */
uint64_t port_instructions(void);

/* The difference of two of the values above, for spans shorter than the counter's period. */
uint64_t port_elapsed(uint64_t start, uint64_t end);

void port_write(const char *text);
_Noreturn void port_exit(int code);

/* Functions of 1, 7 and 64 instructions, return included. */
int port_nop(const void *row);
int port_nops_7(const void *row);
int port_nops_64(const void *row);

#endif
