/* emlearn's trees as a native module, with as little between Python and emlearn as there can be:
 *   size() -> bytes of a model object
 *   open(model, nodes, roots, leaves, n_features, n_classes, leaf_bits)   fills the bytearray
 * `model` predict(model, features) -> class                                     features:
 * array("h") The buffers must outlive the model: pointers to them are kept in it.
 */
#include "py/dynruntime.h"

/* emlearn's headers mention functions of the C library that its trees do not use. */
#define EML_TREES_REGRESSION_ENABLE 0
#include "eml_trees.h"

/* A native module has no C library; compilers make calls of memset out of initialisers. */
void *memset(void *to, int value, size_t count)
{
    if ((((uintptr_t)to | count) & 3u) == 0 && value == 0) {
        for (uint32_t *word = to, *end = word + count / 4; word < end; word++) {
            *(volatile uint32_t *)word = 0;
        }
    } else {
        for (uint8_t *byte = to, *end = byte + count; byte < end; byte++) {
            *(volatile uint8_t *)byte = (uint8_t)value;
        }
    }
    return to;
}

static void *buffer(mp_obj_t object, size_t *length)
{
    mp_buffer_info_t info;
    mp_get_buffer_raise(object, &info, MP_BUFFER_READ);
    *length = info.len;
    return info.buf;
}

static mp_obj_t size(void)
{
    return mp_obj_new_int((mp_int_t)sizeof(EmlTrees));
}
static MP_DEFINE_CONST_FUN_OBJ_0(size_obj, size);

static mp_obj_t open_(size_t n_arguments, const mp_obj_t *arguments)
{
    (void)n_arguments;
    size_t length;
    EmlTrees *model = buffer(arguments[0], &length);
    if (length < sizeof *model) {
        mp_raise_ValueError(MP_ERROR_TEXT("model: too short"));
    }
    model->nodes = buffer(arguments[1], &length);
    model->n_nodes = (int32_t)(length / sizeof *model->nodes);
    model->tree_roots = buffer(arguments[2], &length);
    model->n_trees = (int32_t)(length / sizeof *model->tree_roots);
    model->leaves = buffer(arguments[3], &length);
    model->n_leaves = (int32_t)length;
    model->n_features = (int8_t)mp_obj_get_int(arguments[4]);
    model->n_classes = (int8_t)mp_obj_get_int(arguments[5]);
    model->leaf_bits = (int8_t)mp_obj_get_int(arguments[6]);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(open_obj, 7, 7, open_);

static mp_obj_t predict(mp_obj_t model_object, mp_obj_t features_object)
{
    size_t length;
    const EmlTrees *model = buffer(model_object, &length);
    if (length < sizeof *model) {
        mp_raise_ValueError(MP_ERROR_TEXT("model: too short"));
    }
    mp_buffer_info_t features;
    mp_get_buffer_raise(features_object, &features, MP_BUFFER_READ);
    if (features.typecode != 'h') {
        mp_raise_ValueError(MP_ERROR_TEXT("features: expected array('h')"));
    }
    int32_t class = eml_trees_predict(model, features.buf, (int8_t)(features.len / 2));
    return MP_OBJ_NEW_SMALL_INT(class);
}
static MP_DEFINE_CONST_FUN_OBJ_2(predict_obj, predict);

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_arguments, size_t n_keywords, mp_obj_t *arguments)
{
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_size, MP_OBJ_FROM_PTR(&size_obj));
    mp_store_global(MP_QSTR_open, MP_OBJ_FROM_PTR(&open_obj));
    mp_store_global(MP_QSTR_predict, MP_OBJ_FROM_PTR(&predict_obj));
    MP_DYNRUNTIME_INIT_EXIT
}
