// The terminal that the Unix board's console is.
#ifndef BOARDS_UNIX_TERMINAL_H
#define BOARDS_UNIX_TERMINAL_H

// Lets every key through, unechoed. The terminal is put back at exit.
void terminal_init(void);

#endif
