// The board's flash memory: a region of RAM that a reset leaves alone, with a littlefs in it.
#ifndef BOARDS_PORT_FLASH_H
#define BOARDS_PORT_FLASH_H

#include "py/obj.h"

#define FLASH_BLOCK   (512)
#define FLASH_LEAST   (8 * 1024)
#define FLASH_DEFAULT (256 * 1024)
#define FLASH_MOST    (1024 * 1024)

// The block device, as os.mount and VfsLfs2 take it.
extern const mp_obj_base_t flash_object;

// After power-on: loads the image file that the host has chosen, if any. Not after a reset.
void flash_init(void);

// Mounts the file system at "/", and formats the flash if it holds none.
void flash_mount(void);

// Copy the whole flash memory to or from a host file. Return 0 or a positive errno.
int flash_save(const char *path);
int flash_load(const char *path);

#endif
