/* my_module: a native module for MicroPython. Change it to your own.
 *
 *     import my_module
 *     my_module.mean_square(array("h", [3, 4]))    # 12
 *     my_module.amplify(block, 512)                # twice as loud, in place
 *
 * Rules of native modules:
 * - No C library: no malloc, printf, memcpy, sinf; memory comes from MicroPython (m_malloc).
 * - No static variables that are written, and no tables of pointers. Constants are fine.
 * - One C file; it may #include others.
 */
#include "py/dynruntime.h"

/* The items of an array of int16, typecode "h"; raises TypeError for anything else. */
static int16_t *get_samples(mp_obj_t object, int access, size_t *count)
{
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(object, &buffer, access);
    if (buffer.typecode != 'h') {
        mp_raise_TypeError("expected an array of 'h'");
    }
    *count = buffer.len / sizeof(int16_t);
    return buffer.buf;
}

/* mean_square(samples): the mean of the squares, rounded down; 0 of no samples. */
static mp_obj_t mean_square(mp_obj_t samples_in)
{
    size_t count;
    const int16_t *samples = get_samples(samples_in, MP_BUFFER_READ, &count);
    uint64_t sum = 0; /* 2^30 for a sample at most: no overflow in 2^34 samples */
    for (size_t i = 0; i < count; i++) {
        sum += (uint32_t)(samples[i] * samples[i]);
    }
    return mp_obj_new_int_from_uint(count ? (uint32_t)(sum / count) : 0);
}
static MP_DEFINE_CONST_FUN_OBJ_1(mean_square_object, mean_square);

/* amplify(samples, gain): multiply by gain / 256 in place; too large values saturate. */
static mp_obj_t amplify(mp_obj_t samples_in, mp_obj_t gain_in)
{
    size_t count;
    int16_t *samples = get_samples(samples_in, MP_BUFFER_RW, &count);
    int32_t gain = mp_obj_get_int(gain_in);
    if (gain < 0 || gain > 65535) {
        mp_raise_ValueError("gain must be 0 ... 65535");
    }
    for (size_t i = 0; i < count; i++) {
        int32_t value = (samples[i] * gain) >> 8;
        samples[i] = (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(amplify_object, amplify);

/* MicroPython calls this when the module is imported. */
mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args)
{
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_mean_square, MP_OBJ_FROM_PTR(&mean_square_object));
    mp_store_global(MP_QSTR_amplify, MP_OBJ_FROM_PTR(&amplify_object));
    MP_DYNRUNTIME_INIT_EXIT
}
