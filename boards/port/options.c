#include "port/options.h"

#include <stdlib.h>
#include <string.h>

#include "port/flash.h"
#include "port/host.h"
#include "py/mpconfig.h"

#define OPTIONS_LENGTH (512)
#define HEAP_LEAST     (8 * 1024)

board_options options;

// Returns what follows NAME=, or NULL.
static const char *find(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *word = text; word != NULL; word = strchr(word, ' ')) {
        word += *word == ' ';
        if (strncmp(word, name, length) == 0 && word[length] == '=') {
            return word + length + 1;
        }
    }
    return NULL;
}

static size_t find_number(const char *text, const char *name, size_t least, size_t most,
                          size_t otherwise)
{
    const char *digits = find(text, name);
    size_t value = 0;
    for (; digits != NULL && *digits >= '0' && *digits <= '9'; ++digits) {
        value = value * 10 + (size_t)(*digits - '0');
    }
    return value >= least && value <= most ? value : otherwise;
}

void options_init(void)
{
    static char text[OPTIONS_LENGTH];
    host_options(text, sizeof(text));
    options.heap_bytes =
        find_number(text, "heap", HEAP_LEAST, BOARD_HEAP_MOST, BOARD_HEAP_DEFAULT) & ~(size_t)15;
    options.flash_bytes = find_number(text, "flash", FLASH_LEAST, FLASH_MOST, FLASH_DEFAULT) &
                          ~(size_t)(FLASH_BLOCK - 1);
    options.image = find(text, "image"); // the last word, for a path may contain spaces
}
