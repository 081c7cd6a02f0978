// Module "virtual": what a virtual board has and a real one has not. See docs/boards.md.

#include "port/board.h"
#include "port/flash.h"
#include "port/heap_paint.h"
#include "port/host.h"
#include "py/mperrno.h"
#include "py/objstr.h"
#include "py/runtime.h"

#if BOARD_COUNTS_INSTRUCTIONS

// Returns the 64-bit count as an integer.
static mp_obj_t virtual_instructions(void)
{
    return mp_obj_new_int_from_ull(board_instructions());
}

// What the counting itself costs between its two readings. A constant, so measured once is right.
static uint64_t counting_cost(void)
{
    uint64_t start = board_instructions();
    return board_instructions() - start;
}

// measure(function, *arguments): the instructions of one call.
static mp_obj_t virtual_measure(size_t n_args, const mp_obj_t *args)
{
    uint64_t cost = counting_cost();
    uint64_t start = board_instructions();
    mp_call_function_n_kw(args[0], n_args - 1, 0, args + 1);
    uint64_t end = board_instructions();
    return mp_obj_new_int_from_ull(end - start - cost);
}

#else

static mp_obj_t virtual_instructions(void)
{
    return mp_const_none;
}

static mp_obj_t virtual_measure(size_t n_args, const mp_obj_t *args)
{
    mp_call_function_n_kw(args[0], n_args - 1, 0, args + 1);
    return mp_const_none;
}

#endif

static MP_DEFINE_CONST_FUN_OBJ_0(virtual_instructions_obj, virtual_instructions);
static MP_DEFINE_CONST_FUN_OBJ_VAR(virtual_measure_obj, 1, virtual_measure);

// ---- Heap ----------------------------------------------------------------------------------

static mp_obj_t virtual_heap_mark(void)
{
    return MP_OBJ_NEW_SMALL_INT(heap_paint_mark());
}
static MP_DEFINE_CONST_FUN_OBJ_0(virtual_heap_mark_obj, virtual_heap_mark);

static mp_obj_t virtual_heap_peak(void)
{
    return MP_OBJ_NEW_SMALL_INT(heap_paint_peak());
}
static MP_DEFINE_CONST_FUN_OBJ_0(virtual_heap_peak_obj, virtual_heap_peak);

// ---- Files of the host ---------------------------------------------------------------------

static mp_obj_t virtual_save_filesystem(mp_obj_t path)
{
    int error = flash_save(mp_obj_str_get_str(path));
    if (error != 0) {
        mp_raise_OSError(error);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(virtual_save_filesystem_obj, virtual_save_filesystem);

// sensor = Sensor(path): plays a file of raw samples.
typedef struct {
    mp_obj_base_t base;
    int file;
} sensor;

static mp_obj_t sensor_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw,
                                const mp_obj_t *args)
{
    mp_arg_check_num(n_args, n_kw, 1, 1, false);
    const char *path = mp_obj_str_get_str(args[0]);
    sensor *self = mp_obj_malloc_with_finaliser(sensor, type);
    self->file = host_open(path, HOST_READ);
    if (self->file < 0) {
        mp_raise_OSError_with_filename(MP_ENOENT, path);
    }
    return MP_OBJ_FROM_PTR(self);
}

static sensor *open_sensor(mp_obj_t object)
{
    sensor *self = MP_OBJ_TO_PTR(object);
    if (self->file < 0) {
        mp_raise_OSError(MP_EBADF);
    }
    return self;
}

static mp_obj_t sensor_readinto(mp_obj_t object, mp_obj_t target)
{
    sensor *self = open_sensor(object);
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(target, &buffer, MP_BUFFER_WRITE);
    return MP_OBJ_NEW_SMALL_INT(host_read(self->file, buffer.buf, buffer.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(sensor_readinto_obj, sensor_readinto);

static mp_obj_t sensor_seek(mp_obj_t object, mp_obj_t position)
{
    mp_int_t offset = mp_obj_get_int(position);
    if (offset < 0 || host_seek(open_sensor(object)->file, (size_t)offset) != 0) {
        mp_raise_OSError(MP_EINVAL);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(sensor_seek_obj, sensor_seek);

static mp_obj_t sensor_close(mp_obj_t object)
{
    sensor *self = MP_OBJ_TO_PTR(object);
    if (self->file >= 0) {
        host_close(self->file);
        self->file = -1;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(sensor_close_obj, sensor_close);

static const mp_rom_map_elem_t sensor_locals_table[] = {
    {MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&sensor_readinto_obj)},
    {MP_ROM_QSTR(MP_QSTR_seek), MP_ROM_PTR(&sensor_seek_obj)},
    {MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&sensor_close_obj)},
    {MP_ROM_QSTR(MP_QSTR___del__), MP_ROM_PTR(&sensor_close_obj)},
};
static MP_DEFINE_CONST_DICT(sensor_locals, sensor_locals_table);

static MP_DEFINE_CONST_OBJ_TYPE(sensor_type, MP_QSTR_Sensor, MP_TYPE_FLAG_NONE, make_new,
                                sensor_make_new, locals_dict, &sensor_locals);

// ---- The module ----------------------------------------------------------------------------

static mp_obj_t virtual_exit(size_t n_args, const mp_obj_t *args)
{
    host_exit(n_args > 0 ? (int)mp_obj_get_int(args[0]) : 0);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(virtual_exit_obj, 0, 1, virtual_exit);

static const MP_DEFINE_STR_OBJ(virtual_name_obj, BOARD_NAME);

static const mp_rom_map_elem_t virtual_globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_virtual)},
    {MP_ROM_QSTR(MP_QSTR_name), MP_ROM_PTR(&virtual_name_obj)},
    {MP_ROM_QSTR(MP_QSTR_flash), MP_ROM_PTR(&flash_object)},
    {MP_ROM_QSTR(MP_QSTR_instructions), MP_ROM_PTR(&virtual_instructions_obj)},
    {MP_ROM_QSTR(MP_QSTR_measure), MP_ROM_PTR(&virtual_measure_obj)},
    {MP_ROM_QSTR(MP_QSTR_heap_mark), MP_ROM_PTR(&virtual_heap_mark_obj)},
    {MP_ROM_QSTR(MP_QSTR_heap_peak), MP_ROM_PTR(&virtual_heap_peak_obj)},
    {MP_ROM_QSTR(MP_QSTR_save_filesystem), MP_ROM_PTR(&virtual_save_filesystem_obj)},
    {MP_ROM_QSTR(MP_QSTR_Sensor), MP_ROM_PTR(&sensor_type)},
    {MP_ROM_QSTR(MP_QSTR_exit), MP_ROM_PTR(&virtual_exit_obj)},
};
static MP_DEFINE_CONST_DICT(virtual_globals, virtual_globals_table);

const mp_obj_module_t virtual_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&virtual_globals,
};
MP_REGISTER_MODULE(MP_QSTR_virtual, virtual_module);
