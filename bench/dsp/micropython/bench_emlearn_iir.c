/* emlearn's IIR filter as a native module, with as little between Python and emlearn as there can
 * be:
 *   run(block, out, coefficients, state)   arrays of float32: scipy's sos, four values a section
 */
#include "py/dynruntime.h"

#include "copy.h"

#include "eml_iir.h"

static float *floats(mp_obj_t object, size_t *count)
{
    mp_buffer_info_t info;
    mp_get_buffer_raise(object, &info, MP_BUFFER_READ);
    *count = info.len / sizeof(float);
    return info.buf;
}

static mp_obj_t run(size_t n_arguments, const mp_obj_t *arguments)
{
    (void)n_arguments;
    size_t count, coefficients, states;
    EmlIIR filter;
    filter.coefficients = floats(arguments[2], &coefficients);
    filter.coefficients_length = (int)coefficients;
    filter.states = floats(arguments[3], &states);
    filter.states_length = (int)states;
    filter.n_stages = (int)states / 4;
    if (eml_iir_check(filter) != EmlOk) {
        mp_raise_ValueError(MP_ERROR_TEXT("lengths"));
    }
    float *out = floats(arguments[1], &count), *in = floats(arguments[0], &count);
    for (size_t i = 0; i < count; i++) {
        out[i] = eml_iir_filter(filter, in[i]);
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
