/* Sound level meter in float32: dsp/level.h for processors with an FPU.
 *
 * Samples become float32 with full scale 1. Sums of squares are taken over 64 samples of a tick in
 * float32 and from there on in integers, unit 2^-46; averages keep 24 bits, which bends a level by
 * less than 0.01 dB. A sample that is NaN, infinite or beyond +-8 counts as 0 (and is told of,
 * SL_LEVEL_INVALID), so that nothing the stream holds can stay in the state.
 */
#ifndef SL_DSP_LEVEL_F32_H
#define SL_DSP_LEVEL_F32_H

#include "dsp/level.h"

/* Bytes of work memory, at an address divisible by 8. */
size_t sl_level_f32_work_size(const sl_level *self);

/* Everything at rest. */
void sl_level_f32_prepare(const sl_level *self, void *work);

/* `count` samples: float with full scale 1, int16_t if the payload says 16 bits, else int32_t,
 * where 24 bits are the lower ones. Returns the number of intervals that they complete, or
 * SL_ERR_TYPE. */
int32_t sl_level_f32_process_f32(const sl_level *self, const float *in, uint32_t count, void *work);
int32_t sl_level_f32_process_i16(const sl_level *self, const int16_t *in, uint32_t count,
                                 void *work);
int32_t sl_level_f32_process_i32(const sl_level *self, const int32_t *in, uint32_t count,
                                 void *work);

#endif
