// Included by extmod/modmachine.c.

#include "port/board.h"
#include "py/mphal.h"

#define CPU_HERTZ (1000000000) // one instruction a nanosecond of virtual time

static void mp_machine_idle(void)
{
    mp_event_handle_nowait();
}

static void mp_machine_reset(void)
{
    board_reset();
}

static mp_int_t mp_machine_reset_cause(void)
{
    return 0;
}

static mp_obj_t mp_machine_unique_id(void)
{
    static const char id[] = "senselet:" BOARD_NAME;
    return mp_obj_new_bytes((const byte *)id, sizeof(id) - 1);
}

static mp_obj_t mp_machine_get_freq(void)
{
    return mp_obj_new_int_from_uint(CPU_HERTZ);
}

static void mp_machine_set_freq(size_t n_args, const mp_obj_t *args)
{
    (void)n_args;
    (void)args;
    mp_raise_NotImplementedError(MP_ERROR_TEXT("a virtual board's clock is fixed"));
}

static void mp_machine_lightsleep(size_t n_args, const mp_obj_t *args)
{
    mp_hal_delay_ms(n_args > 0 ? (mp_uint_t)mp_obj_get_int(args[0]) : 0);
}

static void mp_machine_deepsleep(size_t n_args, const mp_obj_t *args)
{
    mp_machine_lightsleep(n_args, args);
    board_reset();
}
