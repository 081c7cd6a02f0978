// MicroPython's options for the Unix board; those of the emulated boards are in ../port.

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

// Native code
#define MICROPY_PERSISTENT_CODE_LOAD (1)

// Memory and errors
#define MICROPY_MALLOC_USES_ALLOCATED_SIZE     (1)
#define MICROPY_MEM_STATS                      (1)
#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE   (256)
#define MICROPY_WARNINGS                       (1)
#define BOARD_HEAP_DEFAULT                     (128 * 1024)
#define BOARD_HEAP_MOST                        (16 * 1024 * 1024)
#define BOARD_KEPT_OVER_RESET

// Numbers
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL   (MICROPY_FLOAT_IMPL_DOUBLE)

// Files
#define MICROPY_VFS_ROM           (1)
#define MICROPY_VFS_ROM_IOCTL     (0)
#define MICROPY_STREAMS_POSIX_API (1)

// The port's own main, which ours stands in for, does not compile without.
#define MICROPY_DEBUG_PRINTERS (1)

// Modules
#define MICROPY_PY_OS_INCLUDEFILE             "ports/unix/modos.c"
#define MICROPY_PY_OS_ERRNO                   (1)
#define MICROPY_PY_OS_GETENV_PUTENV_UNSETENV  (1)
#define MICROPY_PY_OS_URANDOM                 (1)
#define MICROPY_PY_OS_UNAME                   (1)
#define MICROPY_PY_GC_COLLECT_RETVAL          (1)
#define MICROPY_PY_MACHINE                    (1)
#define MICROPY_PY_MACHINE_PIN_BASE           (1)
#define MICROPY_PY_SELECT_POSIX_OPTIMISATIONS (1)
#define MICROPY_PY_SELECT_SELECT              (0)
#define MICROPY_PY_TIME                       (1)
#define MICROPY_PY_TIME_TIME_TIME_NS          (1)
#define MICROPY_PY_TIME_CUSTOM_SLEEP          (1)
#define MICROPY_PY_TIME_INCLUDEFILE           "ports/unix/modtime.c"
#define MICROPY_PY_WEBSOCKET                  (1)

#define MICROPY_HW_BOARD_NAME "Senselet virtual board unix"
#define MICROPY_HW_MCU_NAME   "x86-64"
