// Console and clocks of QEMU's MPS2 machines, whose peripherals are ARM's CMSDK.

#include "port/board.h"

typedef volatile uint32_t reg;

typedef struct {
    reg data, state, control, interrupt, divisor;
} cmsdk_uart;

typedef struct {
    reg control, value, reload, interrupt;
} cmsdk_timer;

#define UART               ((cmsdk_uart *)0x40004000)
#define CLOCK              ((cmsdk_timer *)0x40000000) // counts down for ever
#define ALARM              ((cmsdk_timer *)0x40001000) // ends a sleep
#define NVIC_ENABLE        (*(reg *)0xe000e100)
#define NVIC_CLEAR_PENDING (*(reg *)0xe000e280)
#define AIRCR              (*(reg *)0xe000ed0c)

enum {
    UART_TX_FULL = 1 << 0, // of state
    UART_RX_FULL = 1 << 1,
    UART_TX_ENABLE = 1 << 0, // of control
    UART_RX_ENABLE = 1 << 1,
    UART_RX_INTERRUPT_ENABLE = 1 << 3,
    UART_RX_INTERRUPT = 1 << 1, // of interrupt
    TIMER_ENABLE = 1 << 0,
    TIMER_INTERRUPT_ENABLE = 1 << 3,
    TIMER_INTERRUPT = 1 << 0,
    IRQ_UART_RX = 1 << 0,
    IRQ_ALARM = 1 << 9,
};

#define AIRCR_RESET  (0x05fa0004)
#define UART_DIVISOR (16) // the least; QEMU does not emulate a line's speed
#define TICK_NS      (40) // the timers count 25 MHz
#define TICKS_PER_US (25)

static uint32_t clock_high, clock_last;

void board_init(void)
{
    UART->divisor = UART_DIVISOR;
    UART->control = UART_TX_ENABLE | UART_RX_ENABLE | UART_RX_INTERRUPT_ENABLE;
    CLOCK->reload = UINT32_MAX;
    CLOCK->control = TIMER_ENABLE;
    NVIC_ENABLE = IRQ_UART_RX | IRQ_ALARM;
}

int board_read(void)
{
    if (!(UART->state & UART_RX_FULL)) {
        return BOARD_NO_CHARACTER;
    }
    return (int)(UART->data & 0xff);
}

void board_write(char character)
{
    while (UART->state & UART_TX_FULL) {
    }
    UART->data = (uint8_t)character;
}

void board_wait(uint32_t microseconds)
{
    if (microseconds == 0) {
        return;
    }
    // What is pending from before must not end this sleep, unless it still holds.
    ALARM->interrupt = TIMER_INTERRUPT;
    UART->interrupt = UART_RX_INTERRUPT;
    NVIC_CLEAR_PENDING = IRQ_UART_RX | IRQ_ALARM;
    ALARM->reload = 0; // once: a second turn would let QEMU's sleep=off skip both
    ALARM->value = microseconds * TICKS_PER_US;
    ALARM->control = TIMER_ENABLE | TIMER_INTERRUPT_ENABLE;
    if (!(UART->state & UART_RX_FULL)) {
        __asm__ volatile("wfi");
    }
    ALARM->control = 0;
}

// Ticks since reset, from a reading of the clock's counter.
static uint64_t ticks_since_reset(uint32_t counter)
{
    uint32_t ticks = UINT32_MAX - counter;
    clock_high += ticks < clock_last;
    clock_last = ticks;
    return (uint64_t)clock_high << 32 | ticks;
}

uint64_t board_nanoseconds(void)
{
    return ticks_since_reset(CLOCK->value) * TICK_NS;
}

// One instruction lasts 1 ns and the counter has 40 ns. Hence read it 40 times, at instructions
// that lie at every distance modulo 40 from the first: the sum of the readings then changes by
// one with each instruction (Hermite's identity: the sum of floor(x + k/n) for k < n is
// floor(n x)). The pairs of instructions below give the even distances, then, after a NOP, the
// odd ones.
uint64_t board_instructions(void)
{
    uint32_t first, sum, scratch;
    __asm__ volatile("ldr %[first], [%[clock]]\n"
                     "mov %[sum], %[first]\n"
                     ".rept 19\n"
                     "ldr %[scratch], [%[clock]]\n"
                     "add %[sum], %[scratch]\n"
                     ".endr\n"
                     "nop\n"
                     ".rept 20\n"
                     "ldr %[scratch], [%[clock]]\n"
                     "add %[sum], %[scratch]\n"
                     ".endr\n"
                     : [first] "=&r"(first), [sum] "=&r"(sum), [scratch] "=&r"(scratch)
                     : [clock] "r"(&CLOCK->value)
                     : "cc", "memory");
    // Modulo 2^32 the sum may wrap, and so may the counter while being read: the difference is
    // small and right all the same.
    return ticks_since_reset(first) * TICK_NS + (first * TICK_NS - sum);
}

void board_reset(void)
{
    AIRCR = AIRCR_RESET;
    for (;;) {
    }
}
