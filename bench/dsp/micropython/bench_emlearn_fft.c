/* emlearn's FFT as a native module, with as little between Python and emlearn as there can be:
 *   run(real, imaginary, sines, cosines)   arrays of float32, the first two in place
 * Tables come from Python, as in emlearn's own module.
 */
#include "py/dynruntime.h"

#include "copy.h"

/* The tables' function needs the mathematical library: static, and unused, it is left out. */
#define eml_fft_fill static unused_fill
#include "eml_fft.h"

static float *floats(mp_obj_t object, size_t *count)
{
    mp_buffer_info_t info;
    mp_get_buffer_raise(object, &info, MP_BUFFER_RW);
    *count = info.len / sizeof(float);
    return info.buf;
}

static mp_obj_t run(size_t n_arguments, const mp_obj_t *arguments)
{
    (void)n_arguments;
    size_t n, half;
    float *imaginary = floats(arguments[1], &n), *real = floats(arguments[0], &n);
    EmlFFT fft;
    fft.sin = floats(arguments[2], &half);
    fft.cos = floats(arguments[3], &half);
    fft.length = (int)half;
    if (eml_fft_forward(fft, real, imaginary, n) != EmlOk) {
        mp_raise_ValueError(MP_ERROR_TEXT("lengths"));
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(run_obj, 4, 4, run);

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_arguments, size_t n_keywords, mp_obj_t *arguments)
{
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_run, MP_OBJ_FROM_PTR(&run_obj));
    MP_DYNRUNTIME_INIT_EXIT
}
