// What a processor's folder provides to the port.
#ifndef BOARDS_PORT_BOARD_H
#define BOARDS_PORT_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_NO_CHARACTER (-1)

extern char board_stack_top[]; // from the linker script

// Called once, before anything else: console and clock.
void board_init(void);

// Takes one byte off the console, or BOARD_NO_CHARACTER.
int board_read(void);

// Sends a byte to the console, waiting while it is full.
void board_write(char character);

// Sleeps until the console has input or the time is over, whichever comes first.
void board_wait(uint32_t microseconds);

// Time since reset. With QEMU's -icount shift=0 this is virtual time: one instruction, one
// nanosecond, plus what was slept. The granularity may be some dozen nanoseconds.
uint64_t board_nanoseconds(void);

// The same clock, exact to the instruction, taking the same number of instructions each time.
uint64_t board_instructions(void);

// Restarts the board as its reset button would: RAM is lost, the flash memory stays.
void board_reset(void) __attribute__((noreturn));

#endif
