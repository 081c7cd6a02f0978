// The host of the Unix board: this machine.

#include "port/host.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host_options.h"

#define CREATED_MODE (0666)

static int count;
static char **words;

void host_options_set(int argc, char **argv)
{
    count = argc;
    words = argv;
}

void host_options(char *buffer, size_t length)
{
    buffer[0] = '\0';
    for (int i = 1; i < count; ++i) {
        size_t used = strlen(buffer);
        if (used + strlen(words[i]) + 2 > length) {
            return;
        }
        buffer[used] = ' ';
        strcpy(buffer + used + 1, words[i]);
    }
}

int host_open(const char *path, int mode)
{
    return mode == HOST_WRITE ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, CREATED_MODE)
                              : open(path, O_RDONLY | O_CLOEXEC);
}

size_t host_read(int file, void *buffer, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t moved = read(file, (char *)buffer + done, length - done);
        if (moved <= 0) {
            break;
        }
        done += (size_t)moved;
    }
    return done;
}

size_t host_write(int file, const void *buffer, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t moved = write(file, (const char *)buffer + done, length - done);
        if (moved <= 0) {
            break;
        }
        done += (size_t)moved;
    }
    return done;
}

int host_seek(int file, size_t position)
{
    return lseek(file, (off_t)position, SEEK_SET) < 0 ? -1 : 0;
}

void host_close(int file)
{
    close(file);
}

void host_exit(int status)
{
    exit(status);
}
