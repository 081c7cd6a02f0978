// The host through semihosting: ARM's convention, which QEMU's RISC-V follows as well.

#include "port/host.h"

#include <string.h>

#include "semihosting_call.h"

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0a,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
};

// The modes are those of fopen, in the order r, rb, r+, r+b, w, wb ...
enum { MODE_READ_BINARY = 1, MODE_WRITE_BINARY = 5 };

#define STOPPED_APPLICATION_EXIT (0x20026)

int host_open(const char *path, int mode)
{
    const uintptr_t block[] = {
        (uintptr_t)path,
        mode == HOST_WRITE ? MODE_WRITE_BINARY : MODE_READ_BINARY,
        strlen(path),
    };
    return (int)semihosting_call(SYS_OPEN, block);
}

size_t host_read(int file, void *buffer, size_t length)
{
    const uintptr_t block[] = {(uintptr_t)file, (uintptr_t)buffer, length};
    uintptr_t left = semihosting_call(SYS_READ, block);
    return left <= length ? length - left : 0;
}

size_t host_write(int file, const void *buffer, size_t length)
{
    const uintptr_t block[] = {(uintptr_t)file, (uintptr_t)buffer, length};
    uintptr_t left = semihosting_call(SYS_WRITE, block);
    return left <= length ? length - left : 0;
}

int host_seek(int file, size_t position)
{
    const uintptr_t block[] = {(uintptr_t)file, position};
    return semihosting_call(SYS_SEEK, block) == 0 ? 0 : -1;
}

void host_close(int file)
{
    const uintptr_t block[] = {(uintptr_t)file};
    semihosting_call(SYS_CLOSE, block);
}

void host_options(char *buffer, size_t length)
{
    uintptr_t block[] = {(uintptr_t)buffer, length};
    if (semihosting_call(SYS_GET_CMDLINE, block) != 0) {
        buffer[0] = '\0';
    }
}

void host_exit(int status)
{
    const uintptr_t block[] = {STOPPED_APPLICATION_EXIT, (uintptr_t)status};
    for (;;) {
        semihosting_call(SYS_EXIT_EXTENDED, block);
    }
}
