// One life of the interpreter: from its start to a soft reset.
#ifndef BOARDS_PORT_RUN_H
#define BOARDS_PORT_RUN_H

// The heap must be initialised. Returns after a soft reset was asked for.
void run_until_soft_reset(void);

#endif
