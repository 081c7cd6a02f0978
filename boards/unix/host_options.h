// The board's options, which on Unix are the program's arguments.
#ifndef BOARDS_UNIX_HOST_OPTIONS_H
#define BOARDS_UNIX_HOST_OPTIONS_H

void host_options_set(int argc, char **argv);

#endif
