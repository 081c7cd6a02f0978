#include "port/flash.h"

#include <string.h>

#include "extmod/vfs.h"
#include "extmod/vfs_lfs.h"
#include "port/host.h"
#include "port/options.h"
#include "py/mperrno.h"
#include "py/runtime.h"

#define FLASH_POWERED (0x5e45e1e7)
#define FLASH_ERASED  (0xff)

// Not in .bss: a reset must not clear them.
static uint8_t flash[FLASH_MOST] BOARD_KEPT_OVER_RESET;
static uint32_t flash_powered BOARD_KEPT_OVER_RESET;

void flash_init(void)
{
    if (flash_powered != FLASH_POWERED) {
        memset(flash, FLASH_ERASED, sizeof(flash));
        flash_powered = FLASH_POWERED;
        if (options.image != NULL) {
            flash_load(options.image);
        }
    }
}

int flash_save(const char *path)
{
    int file = host_open(path, HOST_WRITE);
    if (file < 0) {
        return MP_ENOENT;
    }
    size_t written = host_write(file, flash, options.flash_bytes);
    host_close(file);
    return written == options.flash_bytes ? 0 : MP_EIO;
}

int flash_load(const char *path)
{
    int file = host_open(path, HOST_READ);
    if (file < 0) {
        return MP_ENOENT;
    }
    size_t length = host_read(file, flash, options.flash_bytes);
    host_close(file);
    return length == options.flash_bytes ? 0 : MP_EINVAL;
}

// ---- The block device ----------------------------------------------------------------------

// Returns where a block, buffer and optional offset lie in the flash, or NULL.
static uint8_t *place(size_t n_args, const mp_obj_t *args, size_t length)
{
    mp_int_t block = mp_obj_get_int(args[1]);
    mp_int_t offset = n_args > 3 ? mp_obj_get_int(args[3]) : 0;
    if (block < 0 || offset < 0 || (size_t)block > options.flash_bytes / FLASH_BLOCK) {
        return NULL;
    }
    size_t start = (size_t)block * FLASH_BLOCK + (size_t)offset;
    return start + length <= options.flash_bytes ? flash + start : NULL;
}

static mp_obj_t flash_readblocks(size_t n_args, const mp_obj_t *args)
{
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(args[2], &buffer, MP_BUFFER_WRITE);
    const uint8_t *source = place(n_args, args, buffer.len);
    if (source == NULL) {
        return MP_OBJ_NEW_SMALL_INT(-MP_EIO);
    }
    memcpy(buffer.buf, source, buffer.len);
    return MP_OBJ_NEW_SMALL_INT(0);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(flash_readblocks_obj, 3, 4, flash_readblocks);

static mp_obj_t flash_writeblocks(size_t n_args, const mp_obj_t *args)
{
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(args[2], &buffer, MP_BUFFER_READ);
    uint8_t *target = place(n_args, args, buffer.len);
    if (target == NULL) {
        return MP_OBJ_NEW_SMALL_INT(-MP_EIO);
    }
    memcpy(target, buffer.buf, buffer.len);
    return MP_OBJ_NEW_SMALL_INT(0);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(flash_writeblocks_obj, 3, 4, flash_writeblocks);

static mp_obj_t flash_ioctl(mp_obj_t self, mp_obj_t request, mp_obj_t argument)
{
    (void)self;
    switch (mp_obj_get_int(request)) {
    case MP_BLOCKDEV_IOCTL_INIT:
    case MP_BLOCKDEV_IOCTL_DEINIT:
    case MP_BLOCKDEV_IOCTL_SYNC:
        return MP_OBJ_NEW_SMALL_INT(0);
    case MP_BLOCKDEV_IOCTL_BLOCK_COUNT:
        return MP_OBJ_NEW_SMALL_INT(options.flash_bytes / FLASH_BLOCK);
    case MP_BLOCKDEV_IOCTL_BLOCK_SIZE:
        return MP_OBJ_NEW_SMALL_INT(FLASH_BLOCK);
    case MP_BLOCKDEV_IOCTL_BLOCK_ERASE: {
        mp_int_t block = mp_obj_get_int(argument);
        if (block < 0 || (size_t)block >= options.flash_bytes / FLASH_BLOCK) {
            return MP_OBJ_NEW_SMALL_INT(-MP_EIO);
        }
        memset(flash + (size_t)block * FLASH_BLOCK, FLASH_ERASED, FLASH_BLOCK);
        return MP_OBJ_NEW_SMALL_INT(0);
    }
    default:
        return mp_const_none;
    }
}
static MP_DEFINE_CONST_FUN_OBJ_3(flash_ioctl_obj, flash_ioctl);

static const mp_rom_map_elem_t flash_locals_table[] = {
    {MP_ROM_QSTR(MP_QSTR_readblocks), MP_ROM_PTR(&flash_readblocks_obj)},
    {MP_ROM_QSTR(MP_QSTR_writeblocks), MP_ROM_PTR(&flash_writeblocks_obj)},
    {MP_ROM_QSTR(MP_QSTR_ioctl), MP_ROM_PTR(&flash_ioctl_obj)},
};
static MP_DEFINE_CONST_DICT(flash_locals, flash_locals_table);

static MP_DEFINE_CONST_OBJ_TYPE(flash_type, MP_QSTR_Flash, MP_TYPE_FLAG_NONE, locals_dict,
                                &flash_locals);

const mp_obj_base_t flash_object = {&flash_type};

// ---- The file system -----------------------------------------------------------------------

static bool try_mount(void)
{
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        return false;
    }
    mp_obj_t args[] = {MP_OBJ_FROM_PTR(&flash_object), MP_OBJ_NEW_QSTR(MP_QSTR__slash_)};
    mp_vfs_mount(MP_ARRAY_SIZE(args), args, (mp_map_t *)&mp_const_empty_map);
    nlr_pop();
    // Not by chdir("/"), which would go through the file system itself.
    MP_STATE_VM(vfs_cur) = MP_STATE_VM(vfs_mount_table);
    return true;
}

void flash_mount(void)
{
    if (!try_mount()) {
        mp_obj_t format = mp_load_attr(MP_OBJ_FROM_PTR(&mp_type_vfs_lfs2), MP_QSTR_mkfs);
        mp_call_function_1(format, MP_OBJ_FROM_PTR(&flash_object));
        try_mount();
    }
}
