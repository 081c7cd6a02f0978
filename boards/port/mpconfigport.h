// MicroPython's options for the boards that QEMU emulates. The Unix board has its own, in unix/.

#include <alloca.h>
#include <stdint.h>

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

// Native code
#if defined(__thumb2__)
#define MICROPY_EMIT_THUMB               (1)
#define MICROPY_EMIT_INLINE_THUMB        (1)
#define MICROPY_MAKE_POINTER_CALLABLE(p) ((void *)((mp_uint_t)(p) | 1))
#elif defined(__riscv)
#define MICROPY_EMIT_RV32        (1)
#define MICROPY_EMIT_INLINE_RV32 (1)
#endif
#define MICROPY_PERSISTENT_CODE_LOAD (1)

// Memory and errors
#define MICROPY_ENABLE_GC                      (1)
#define MICROPY_MALLOC_USES_ALLOCATED_SIZE     (1)
#define MICROPY_MEM_STATS                      (1)
#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE   (256)
#define MICROPY_STACK_CHECK_MARGIN             (1024)
#define MICROPY_WARNINGS                       (1)
#define BOARD_HEAP_DEFAULT                     (128 * 1024)
#define BOARD_HEAP_MOST                        (1024 * 1024)
#define BOARD_KEPT_OVER_RESET                  __attribute__((section(".kept")))

// Numbers
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL   (MICROPY_FLOAT_IMPL_FLOAT)
#define MP_NEED_LOG2         (1)

// Files
#define MICROPY_VFS           (1)
#define MICROPY_VFS_ROM       (1)
#define MICROPY_VFS_ROM_IOCTL (0)
#define MICROPY_READER_VFS    (1)

// Modules
#define MICROPY_PY_SYS_PLATFORM                 "qemu"
#define MICROPY_PY_SYS_PATH_ARGV_DEFAULTS       (0)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_TIME_TIME_NS            (1)
#define MICROPY_PY_TIME_INCLUDEFILE             "port/modtime.c"
#define MICROPY_PY_OS_UNAME                     (1)
#define MICROPY_PY_GC_COLLECT_RETVAL            (1)
#define MICROPY_PY_MACHINE                      (1)
#define MICROPY_PY_MACHINE_INCLUDEFILE          "port/modmachine.c"
#define MICROPY_PY_MACHINE_RESET                (1)
#define MICROPY_PY_MACHINE_BARE_METAL_FUNCS     (1)
#define MICROPY_PY_MACHINE_PIN_BASE             (1)

#define MICROPY_HW_BOARD_NAME "Senselet virtual board " BOARD_NAME

// Ctrl-C: look at the console every so many jumps of the virtual machine.
#define MICROPY_VM_HOOK_COUNT (1000)
#define MICROPY_VM_HOOK_INIT  static unsigned vm_hook_left = MICROPY_VM_HOOK_COUNT;
#define MICROPY_VM_HOOK_POLL                                                                       \
    if (--vm_hook_left == 0) {                                                                     \
        extern void mp_hal_poll(void);                                                             \
        vm_hook_left = MICROPY_VM_HOOK_COUNT;                                                      \
        mp_hal_poll();                                                                             \
    }
#define MICROPY_VM_HOOK_LOOP   MICROPY_VM_HOOK_POLL
#define MICROPY_VM_HOOK_RETURN MICROPY_VM_HOOK_POLL

#define MP_SSIZE_MAX (0x7fffffff)
#if MICROPY_VERSION < 0x011b00 // 1.27 has them
typedef int32_t mp_int_t;
typedef uint32_t mp_uint_t;
#endif
typedef long mp_off_t;

#define MP_STATE_PORT MP_STATE_VM
