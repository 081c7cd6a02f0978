/* What every native module shares: arguments from Python objects to C, and opening a file in place.
 *
 * Included once by the generated source of a module (bindings/generate.py), after the core's
 * sources: one translation unit, as mpy_ld.py wants it. Failures are returned as sl_status numbers,
 * never raised: the portable runtime forms the sentence with the values at fault.
 */
#ifndef SL_BINDINGS_MICROPYTHON_GLUE_H
#define SL_BINDINGS_MICROPYTHON_GLUE_H

#include "py/dynruntime.h"

#include "base/status.h"

/* Item types of a buffer, as bits. */
#define SL_F32 1u
#define SL_I16 2u
#define SL_U32 4u
#define SL_I32 8u

#define SL_ANY_COUNT UINT32_MAX

/* Seen by the linker; all else is dropped or inlined where it is used once (-fwhole-program). */
#define SL_VISIBLE __attribute__((externally_visible))

typedef struct sl_items {
    void *data;
    uint32_t count;
    uint32_t type; /* one of the bits above */
} sl_items;

/* The items of a buffer: one of `types`, exactly `count` of them, writable if `write`. */
static int32_t sl_get_items(mp_obj_t object, uint32_t types, uint32_t count, int write,
                            sl_items *items)
{
    mp_buffer_info_t buffer;
    if (!mp_get_buffer(object, &buffer, MP_BUFFER_READ)) {
        return SL_ERR_TYPE;
    }
    int code = buffer.typecode;
    if (sizeof(long) == 4) { /* where 'l' and 'L' are other names of 'i' and 'I' */
        code = code == 'l' ? 'i' : code == 'L' ? 'I' : code;
    }
    uint32_t type = code == 'f' ? SL_F32 : code == 'h' ? SL_I16 : 0;
    type = code == 'i' ? SL_I32 : code == 'I' ? SL_U32 : type;
    if ((type & types) == 0) {
        return SL_ERR_TYPE;
    }
    if (write && !mp_get_buffer(object, &buffer, MP_BUFFER_RW)) {
        return SL_ERR_READ_ONLY;
    }
    uint32_t shift = type == SL_I16 ? 1 : 2;
    items->count = (uint32_t)(buffer.len >> shift);
    if (count != SL_ANY_COUNT && items->count != count) {
        return SL_ERR_SIZE;
    }
    if (((uintptr_t)buffer.buf & ((1u << shift) - 1u)) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    items->data = buffer.buf;
    items->type = type;
    return SL_OK;
}

/* The bytes offset ... offset+length-1 of a file's buffer, to be read in place as long as *owner is
 * referenced. Bytes that may change later or start at an odd place are copied. */
static int32_t sl_get_file(mp_obj_t file, mp_obj_t offset_in, mp_obj_t length_in, void **owner,
                           const void **data, size_t *length)
{
    mp_buffer_info_t buffer;
    if (!mp_get_buffer(file, &buffer, MP_BUFFER_READ)) {
        return SL_ERR_TYPE;
    }
    size_t offset = (size_t)mp_obj_get_int(offset_in);
    *length = (size_t)mp_obj_get_int(length_in);
    if (offset > buffer.len || *length > buffer.len - offset) {
        return SL_ERR_LENGTH;
    }
    uint8_t *bytes = (uint8_t *)buffer.buf + offset;
    *owner = MP_OBJ_TO_PTR(file);
    *data = bytes;
    mp_buffer_info_t writable;
    if (((uintptr_t)bytes & 3u) != 0 || mp_get_buffer(file, &writable, MP_BUFFER_RW)) {
        uint8_t *copy = m_malloc(*length);
        for (size_t i = 0; i < *length; i++) {
            copy[i] = bytes[i];
        }
        *owner = copy;
        *data = copy;
    }
    return SL_OK;
}

/* A number 0 ... below-1. */
static int32_t sl_get_number(mp_obj_t object, uint32_t below, uint32_t *number)
{
    *number = (uint32_t)mp_obj_get_int(object);
    return *number < below ? SL_OK : SL_ERR_RANGE;
}

#endif
