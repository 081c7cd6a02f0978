// Console and time for MicroPython, on top of board.h.

#include "py/mphal.h"

#include "port/board.h"
#include "py/runtime.h"
#include "py/stream.h"

// Input is taken off the console even while a program runs, so that Ctrl-C is seen. When the
// buffer is full it stays in QEMU, which holds the sender up: nothing is lost, but Ctrl-C then
// waits behind it. The host sends no more ahead than this for that reason.
static uint8_t input[1024];
static size_t input_head, input_tail; // running counts, modulo the size on use

// The longest sleep: the clock, which counts 32 bits, must be looked at now and then.
#define WAIT_MOST_MS (1000)

static bool input_any(void)
{
    return input_head != input_tail;
}

void mp_hal_poll(void)
{
    board_nanoseconds(); // carries into the clock's upper half
    while (input_head - input_tail < sizeof(input)) {
        int c = board_read();
        if (c == BOARD_NO_CHARACTER) {
            break;
        }
        if (c == mp_interrupt_char) {
            input_tail = input_head; // what was typed before is meant for the stopped program
            mp_sched_keyboard_interrupt();
        } else {
            input[input_head++ % sizeof(input)] = (uint8_t)c;
        }
    }
}

// Sleeps until input arrives or the time is over; -1 means that there is no limit.
void mp_hal_wait(mp_uint_t milliseconds)
{
    if (!input_any()) {
        board_wait(MIN(milliseconds, WAIT_MOST_MS) * 1000);
    }
}

int mp_hal_stdin_rx_chr(void)
{
    for (;;) {
        if (!input_any()) {
            mp_hal_poll();
        }
        if (input_any()) {
            return input[input_tail++ % sizeof(input)];
        }
        mp_event_wait_indefinite();
    }
}

uintptr_t mp_hal_stdio_poll(uintptr_t flags)
{
    mp_hal_poll();
    uintptr_t ready = flags & MP_STREAM_POLL_WR;
    if (input_any()) {
        ready |= flags & MP_STREAM_POLL_RD;
    }
    return ready;
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t length)
{
    for (size_t i = 0; i < length; ++i) {
        board_write(text[i]);
    }
    return length;
}

mp_uint_t mp_hal_ticks_cpu(void)
{
    return (mp_uint_t)board_nanoseconds();
}

mp_uint_t mp_hal_ticks_us(void)
{
    return (mp_uint_t)(board_nanoseconds() / 1000);
}

mp_uint_t mp_hal_ticks_ms(void)
{
    return (mp_uint_t)(board_nanoseconds() / 1000000);
}

uint64_t mp_hal_time_ns(void)
{
    return board_nanoseconds(); // the clock starts with the year 2000, as it does without battery
}

void mp_hal_delay_us(mp_uint_t microseconds)
{
    uint64_t end = board_nanoseconds() + (uint64_t)microseconds * 1000;
    while (board_nanoseconds() < end) {
    }
}

void mp_hal_delay_ms(mp_uint_t milliseconds)
{
    uint64_t end = board_nanoseconds() + (uint64_t)milliseconds * 1000000;
    mp_event_handle_nowait();
    for (;;) {
        uint64_t now = board_nanoseconds();
        if (now >= end) {
            return;
        }
        uint64_t left = (end - now + 999) / 1000; // microseconds
        board_wait((uint32_t)MIN(left, WAIT_MOST_MS * 1000));
        mp_event_handle_nowait();
    }
}
