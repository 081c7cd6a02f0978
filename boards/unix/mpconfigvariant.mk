# Our variant of MicroPython's Unix port: its own main, so that it is driven as a board is.

BOARDS := $(patsubst %/unix,%,$(abspath $(VARIANT_DIR)))

FROZEN_MANIFEST = 'include("$(TOP)/extmod/asyncio")'
# Nothing is taken from micropython-lib, which a checkout need not have; the rules look for its README.
MPY_LIB_DIR = $(TOP)
PROG = micropython

# No libraries beyond the C library's, and one thread, as on the other boards.
MICROPY_PY_BTREE = 0
MICROPY_PY_FFI = 0
MICROPY_PY_SSL = 0
MICROPY_PY_THREAD = 0
MICROPY_SSL_AXTLS = 0
MICROPY_SSL_MBEDTLS = 0
MICROPY_VFS_FAT = 0
MICROPY_VFS_LFS2 = 1

INC += -I$(BOARDS)
CFLAGS_EXTRA += -DBOARD_NAME='"unix"' -DBOARD_COUNTS_INSTRUCTIONS=0 -Wno-sign-compare

# main.c and unix_mphal.c of the port define these too, and are used for all else.
comma := ,
WRAPPED = main mp_hal_set_interrupt_char mp_hal_stdin_rx_chr mp_hal_stdio_mode_orig \
	mp_hal_stdio_mode_raw
LDFLAGS_MOD += $(addprefix -Wl$(comma)--wrap=,$(WRAPPED))

SRC_C += \
	$(BOARDS)/port/flash.c \
	$(BOARDS)/port/heap_paint.c \
	$(BOARDS)/port/modvirtual.c \
	$(BOARDS)/port/options.c \
	$(BOARDS)/port/run.c \
	shared/runtime/pyexec.c
