// The host's files and the end of the emulation, as seen from the board.
#ifndef BOARDS_PORT_HOST_H
#define BOARDS_PORT_HOST_H

#include <stddef.h>
#include <stdint.h>

enum { HOST_READ, HOST_WRITE };

// Returns a handle, or -1. A relative path starts at the folder that the host has chosen.
int host_open(const char *path, int mode);

// Return the number of bytes moved; less than asked means the end of the file, or an error.
size_t host_read(int file, void *buffer, size_t length);
size_t host_write(int file, const void *buffer, size_t length);

// Returns 0, or -1. The position counts from the start of the file.
int host_seek(int file, size_t position);
void host_close(int file);

// Fills the buffer with the options that the host has given: words NAME=VALUE, spaces between.
void host_options(char *buffer, size_t length);

// Ends the emulation.
void host_exit(int status) __attribute__((noreturn));

#endif
