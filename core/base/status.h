/* Status codes of the core, and the sentence that belongs to each.
 *
 * Functions that can fail return sl_status: SL_OK (0) or one of the negative codes below. The list
 * is the only place where code and sentence are paired; the Python runtime's table is generated
 * from it (bindings/generate.py), so a new line here is all that a new error needs.
 */
#ifndef SL_BASE_STATUS_H
#define SL_BASE_STATUS_H

#include <stdint.h>

/* X(name, code, "sentence"): what is wrong, in words that follow the name of the thing at fault. */
#define SL_STATUS_LIST(X)                                                                          \
    X(SL_OK, 0, "is fine")                                                                         \
    X(SL_ERR_MAGIC, -1, "is not a Senselet model file")                                            \
    X(SL_ERR_VERSION, -2, "was written in a format version that this Senselet does not know")      \
    X(SL_ERR_LENGTH, -3, "is truncated, or longer than its header says")                           \
    X(SL_ERR_CRC, -4, "is damaged: its checksum does not match")                                   \
    X(SL_ERR_RANGE, -5, "holds a number outside its allowed range")                                \
    X(SL_ERR_STRUCTURE, -6, "holds tables that contradict each other")                             \
    X(SL_ERR_LAYOUT, -7, "uses a variant that this build does not have")                           \
    X(SL_ERR_TYPE, -8, "has the wrong item type")                                                  \
    X(SL_ERR_SIZE, -9, "has the wrong number of items")                                            \
    X(SL_ERR_VALUE, -10, "holds a value that the model can't take")                                \
    X(SL_ERR_ALIGNMENT, -11, "does not start at an address divisible by four")                     \
    X(SL_ERR_READ_ONLY, -12, "can't be written to")                                                \
    X(SL_ERR_MEMORY, -13, "needs more memory than is free")                                        \
    X(SL_ERR_UNSTABLE, -14, "holds a filter that is not stable")

#define SL_STATUS_ENUM(name, code, sentence) name = (code),
typedef enum sl_status { SL_STATUS_LIST(SL_STATUS_ENUM) } sl_status;
#undef SL_STATUS_ENUM

#endif
