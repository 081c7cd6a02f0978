// How much of the heap a piece of code needs: paint what is free, run it, see what was touched.
#ifndef BOARDS_PORT_HEAP_PAINT_H
#define BOARDS_PORT_HEAP_PAINT_H

#include <stddef.h>

// Paints every free block. Returns the bytes in use.
size_t heap_paint_mark(void);

// Returns the bytes in use, or touched since the paint.
size_t heap_paint_peak(void);

#endif
