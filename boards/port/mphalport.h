#include <stddef.h>

#include "shared/runtime/interrupt_char.h"

void mp_hal_poll(void);
void mp_hal_wait(mp_uint_t milliseconds);
mp_uint_t mp_hal_ticks_cpu(void);

#define MICROPY_INTERNAL_EVENT_HOOK      mp_hal_poll()
#define MICROPY_INTERNAL_WFE(timeout_ms) mp_hal_wait((mp_uint_t)(timeout_ms))
