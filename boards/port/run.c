#include "port/run.h"

#include <string.h>

#include "port/flash.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "shared/readline/readline.h"
#include "shared/runtime/pyexec.h"

static void set_import_path(void)
{
    static const char *const folders[] = {"", ".frozen", "/lib"};
    mp_sys_path = mp_obj_new_list(0, NULL);
    for (size_t i = 0; i < MP_ARRAY_SIZE(folders); ++i) {
        mp_obj_list_append(mp_sys_path, mp_obj_new_str_via_qstr(folders[i], strlen(folders[i])));
    }
    mp_obj_list_init(MP_OBJ_TO_PTR(mp_sys_argv), 0);
}

// Returns true if one of them asked for a soft reset.
static bool run_scripts(void)
{
    if (pyexec_file_if_exists("boot.py") & PYEXEC_FORCED_EXIT) {
        return true;
    }
    // A host that reset the board from the raw prompt wants the prompt, not the application.
    return pyexec_mode_kind == PYEXEC_MODE_FRIENDLY_REPL &&
           (pyexec_file_if_exists("main.py") & PYEXEC_FORCED_EXIT);
}

void run_until_soft_reset(void)
{
    mp_init();
    set_import_path();
    readline_init0();
    flash_mount();

    bool reset = run_scripts();
    while (!reset) {
        reset = (pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl()
                                                          : pyexec_friendly_repl()) != 0;
    }

    mp_hal_stdout_tx_str("MPY: soft reboot\r\n");
    gc_sweep_all();
    mp_deinit();
}
