// What the host has chosen for this run; see docs/boards.md.
#ifndef BOARDS_PORT_OPTIONS_H
#define BOARDS_PORT_OPTIONS_H

#include <stddef.h>

typedef struct {
    size_t heap_bytes;  // of the garbage-collected heap
    size_t flash_bytes; // of the file system
    const char *image;  // host file that holds the file system at the start, or NULL
} board_options;

extern board_options options;

// Reads them from the host. What is absent or out of range keeps its default.
void options_init(void);

#endif
