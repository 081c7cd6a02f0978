// Included by extmod/modtime.c: the date counts from reset, which is the start of the year 2000.

#include "py/mphal.h"
#include "shared/timeutils/timeutils.h"

static mp_uint_t seconds_since_epoch(void)
{
    return (mp_uint_t)(mp_hal_time_ns() / 1000000000);
}

#if MICROPY_VERSION < 0x011b00 // 1.27 hands over the structure instead of a tuple

static mp_obj_t mp_time_localtime_get(void)
{
    timeutils_struct_time_t now;
    timeutils_seconds_since_epoch_to_struct_time(seconds_since_epoch(), &now);
    const mp_obj_t fields[] = {
        MP_OBJ_NEW_SMALL_INT(now.tm_year), MP_OBJ_NEW_SMALL_INT(now.tm_mon),
        MP_OBJ_NEW_SMALL_INT(now.tm_mday), MP_OBJ_NEW_SMALL_INT(now.tm_hour),
        MP_OBJ_NEW_SMALL_INT(now.tm_min),  MP_OBJ_NEW_SMALL_INT(now.tm_sec),
        MP_OBJ_NEW_SMALL_INT(now.tm_wday), MP_OBJ_NEW_SMALL_INT(now.tm_yday),
    };
    return mp_obj_new_tuple(MP_ARRAY_SIZE(fields), fields);
}

#else

static void mp_time_localtime_get(timeutils_struct_time_t *now)
{
    timeutils_seconds_since_epoch_to_struct_time(seconds_since_epoch(), now);
}

#endif

static mp_obj_t mp_time_time_get(void)
{
    return mp_obj_new_int_from_uint(seconds_since_epoch());
}
