// Console and clocks of QEMU's RISC-V machine "virt".

#include "port/board.h"
#include "port/host.h"
#include "py/mphal.h"
#include "py/mpprint.h"

typedef volatile uint32_t reg;

typedef struct {
    volatile uint8_t data, interrupt_enable, fifo, line, modem, line_status;
} uart_16550;

#define UART           ((uart_16550 *)0x10000000)
#define TIMER_COMPARE  ((reg *)0x02004000) // two words
#define TIMER_NOW      ((reg *)0x0200bff8)
#define PLIC           0x0c000000
#define PLIC_PRIORITY  (*(reg *)(PLIC + 4 * UART_IRQ))
#define PLIC_ENABLE    (*(reg *)(PLIC + 0x2000))
#define PLIC_CLAIM     (*(reg *)(PLIC + 0x200004))
#define SYSTEM_CONTROL (*(reg *)0x00100000)

enum {
    UART_IRQ = 10,
    UART_RX_INTERRUPT_ENABLE = 1 << 0,
    UART_FIFO_ENABLE = 1 << 0,
    UART_DATA_READY = 1 << 0, // of line_status
    UART_TX_EMPTY = 1 << 5,
    MIE_TIMER = 1 << 7,
    MIE_EXTERNAL = 1 << 11,
    SYSTEM_RESET = 0x7777,
    TIMER_TICKS_PER_US = 10,
};

static uint64_t start_count;

// With -icount this is QEMU's virtual clock: instructions, and nanoseconds slept.
static uint64_t retired(void)
{
    uint32_t high, low, again;
    __asm__ volatile("csrr %0, minstreth\n csrr %1, minstret\n csrr %2, minstreth"
                     : "=r"(high), "=r"(low), "=r"(again));
    // Without a branch, to take the same time always. If the low half has wrapped in between it
    // is small, and the second reading of the high half belongs to it.
    high += (again - high) & (low >> 31 ^ 1);
    return (uint64_t)high << 32 | low;
}

void board_init(void)
{
    UART->fifo = UART_FIFO_ENABLE;
    UART->interrupt_enable = UART_RX_INTERRUPT_ENABLE;
    PLIC_PRIORITY = 1;
    PLIC_ENABLE = 1u << UART_IRQ;
    __asm__ volatile("csrw mie, %0" : : "r"(MIE_TIMER | MIE_EXTERNAL));
    start_count = retired();
}

int board_read(void)
{
    if (!(UART->line_status & UART_DATA_READY)) {
        return BOARD_NO_CHARACTER;
    }
    return UART->data;
}

void board_write(char character)
{
    while (!(UART->line_status & UART_TX_EMPTY)) {
    }
    UART->data = (uint8_t)character;
}

static uint64_t timer_now(void)
{
    uint32_t high = TIMER_NOW[1];
    uint32_t low = TIMER_NOW[0];
    uint32_t again = TIMER_NOW[1];
    return (uint64_t)(low >> 31 ? high : again) << 32 | low;
}

void board_wait(uint32_t microseconds)
{
    if (microseconds == 0) {
        return;
    }
    uint64_t end = timer_now() + (uint64_t)microseconds * TIMER_TICKS_PER_US;
    TIMER_COMPARE[1] = UINT32_MAX; // no wrong alarm between the halves
    TIMER_COMPARE[0] = (uint32_t)end;
    TIMER_COMPARE[1] = (uint32_t)(end >> 32);
    if (!(UART->line_status & UART_DATA_READY)) {
        __asm__ volatile("wfi");
    }
    uint32_t claimed = PLIC_CLAIM;
    if (claimed != 0) {
        PLIC_CLAIM = claimed;
    }
    TIMER_COMPARE[1] = UINT32_MAX;
}

uint64_t board_nanoseconds(void)
{
    return retired() - start_count;
}

uint64_t board_instructions(void)
{
    return retired() - start_count;
}

void board_reset(void)
{
    SYSTEM_CONTROL = SYSTEM_RESET;
    for (;;) {
    }
}

__attribute__((noreturn)) void report_exception(uint32_t cause, uint32_t pc, uint32_t ra,
                                                uint32_t address)
{
    mp_printf(&mp_plat_print, "\r\nCPU exception %u at %08x, called from %08x, address %08x\r\n",
              (unsigned)cause, (unsigned)pc, (unsigned)ra, (unsigned)address);
    host_exit(100 + (int)cause);
}
