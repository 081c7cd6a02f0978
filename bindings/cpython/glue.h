/* What every extension module shares: the counterpart of bindings/micropython/glue.h for CPython's
 * stable ABI (3.11 and later). Any contiguous buffer is taken without a copy. */
#ifndef SL_BINDINGS_CPYTHON_GLUE_H
#define SL_BINDINGS_CPYTHON_GLUE_H

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

#include "base/status.h"

#define SL_F32 1u
#define SL_I16 2u
#define SL_U32 4u
#define SL_I32 8u

#define SL_ANY_COUNT UINT32_MAX

typedef struct sl_items {
    Py_buffer view; /* view.obj is NULL if nothing is held */
    void *data;
    uint32_t count;
    uint32_t type;
} sl_items;

/* Item type of a native, little-endian buffer format; 0 if it is none of ours. */
static uint32_t sl_item_type(const Py_buffer *view)
{
    const char *format = view->format != NULL ? view->format : "B";
    if (*format == '@' || *format == '=' || *format == '<') {
        format++;
    }
    if (format[0] == 0 || format[1] != 0) {
        return 0;
    }
    if (format[0] == 'f') {
        return SL_F32;
    }
    if (format[0] == 'h') {
        return SL_I16;
    }
    if (view->itemsize != 4) {
        return 0;
    }
    if (format[0] == 'i' || format[0] == 'l') {
        return SL_I32;
    }
    return format[0] == 'I' || format[0] == 'L' ? SL_U32 : 0;
}

static int32_t sl_get_items(PyObject *object, uint32_t types, uint32_t count, int write,
                            sl_items *items)
{
    if (PyObject_GetBuffer(object, &items->view, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) != 0) {
        PyErr_Clear();
        items->view.obj = NULL;
        return SL_ERR_TYPE;
    }
    items->type = sl_item_type(&items->view);
    if ((items->type & types) == 0) {
        return SL_ERR_TYPE;
    }
    if (write && items->view.readonly) {
        return SL_ERR_READ_ONLY;
    }
    Py_ssize_t n = items->view.len / items->view.itemsize;
    if (n > UINT32_MAX - 1 || (count != SL_ANY_COUNT && n != (Py_ssize_t)count)) {
        return SL_ERR_SIZE;
    }
    /* An empty array's buffer may start anywhere. */
    if (n != 0 && ((uintptr_t)items->view.buf & (uintptr_t)(items->view.itemsize - 1)) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    items->count = (uint32_t)n;
    items->data = items->view.buf;
    return SL_OK;
}

static void sl_release_items(sl_items *items)
{
    if (items->view.obj != NULL) {
        PyBuffer_Release(&items->view);
    }
}

/* The file's bytes: in place in an aligned `bytes` object, to which *owner becomes a new reference;
 * a copy, in a new `bytes` object, otherwise. Returns 1 with an exception set if memory is out. */
static int32_t sl_get_file(PyObject *file, size_t offset, size_t size, PyObject **owner,
                           const void **data, size_t *length)
{
    Py_buffer view;
    if (PyObject_GetBuffer(file, &view, PyBUF_SIMPLE) != 0) {
        PyErr_Clear();
        return SL_ERR_TYPE;
    }
    if (offset > (size_t)view.len || size > (size_t)view.len - offset) {
        PyBuffer_Release(&view);
        return SL_ERR_LENGTH;
    }
    const char *bytes = (const char *)view.buf + offset;
    *length = size;
    if (PyBytes_CheckExact(file) && ((uintptr_t)bytes & 3u) == 0) {
        Py_INCREF(file);
        *owner = file;
        *data = bytes;
    } else {
        *owner = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
        *data = *owner != NULL ? PyBytes_AsString(*owner) : NULL;
    }
    PyBuffer_Release(&view);
    return *owner != NULL ? SL_OK : 1;
}

/* A number 0 ... below-1. Returns 1 with an exception set if the object is no int. */
static int32_t sl_get_number(PyObject *object, uint32_t below, uint32_t *number)
{
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_OverflowError)) {
            return 1;
        }
        PyErr_Clear();
        return SL_ERR_RANGE;
    }
    if (value < 0 || value >= (long long)below) {
        return SL_ERR_RANGE;
    }
    *number = (uint32_t)value;
    return SL_OK;
}

#endif
