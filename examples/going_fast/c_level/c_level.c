/* The level of a block of sound in C: `senselet build module examples/going_fast/c_level`. */
#include "py/dynruntime.h"

#define SAMPLES 256

/* level(block): hundredths of a decibel of 256 samples; 0 is a square wave of full scale. */
static mp_obj_t level(mp_obj_t block)
{
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(block, &buffer, MP_BUFFER_READ);
    if (buffer.typecode != 'h' || buffer.len != SAMPLES * sizeof(int16_t)) {
        mp_raise_ValueError("expected 256 items of type 'h'");
    }
    const int16_t *samples = buffer.buf;
    uint64_t sum = 0;
    for (int i = 0; i < SAMPLES; i += 2) {
        /* 2^31 at most, so that 32 bits hold it */
        uint32_t pair = (uint32_t)(samples[i] * samples[i]);
        pair += (uint32_t)(samples[i + 1] * samples[i + 1]);
        sum += pair;
    }
    int32_t logarithm = 0;
    for (uint64_t rest = sum; rest > 1; rest >>= 1) {
        logarithm++;
    }
    uint32_t mantissa = (uint32_t)(((sum ? sum : 1) << 14) >> logarithm);
    for (int i = 0; i < 10; i++) {
        mantissa = mantissa * mantissa >> 14;
        uint32_t digit = mantissa >> 15;
        mantissa >>= digit;
        logarithm = 2 * logarithm + (int32_t)digit;
    }
    return mp_obj_new_int(((logarithm - (38 << 10)) * 9633) >> 15);
}
static MP_DEFINE_CONST_FUN_OBJ_1(level_object, level);

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args)
{
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_level, MP_OBJ_FROM_PTR(&level_object));
    MP_DYNRUNTIME_INIT_EXIT
}
