/* Band levels in float32: dsp/bands.h for processors with an FPU.
 *
 * Squares are summed in float32 over a chunk and from there on in integers. A sample that is NaN,
 * infinite or beyond +-8 counts as 0, so that nothing the stream holds can stay in the state.
 */
#ifndef SL_DSP_BANDS_F32_H
#define SL_DSP_BANDS_F32_H

#include "dsp/bands.h"

size_t sl_bands_f32_work_size(const sl_bands *self);
void sl_bands_f32_prepare(const sl_bands *self, void *work);

/* `count` samples: float with full scale 1, int16_t if the payload says 16 bits, else int32_t,
 * where 24 bits are the lower ones. SL_OK or SL_ERR_TYPE. */
sl_status sl_bands_f32_process_f32(const sl_bands *self, const float *in, uint32_t count,
                                   void *work);
sl_status sl_bands_f32_process_i16(const sl_bands *self, const int16_t *in, uint32_t count,
                                   void *work);
sl_status sl_bands_f32_process_i32(const sl_bands *self, const int32_t *in, uint32_t count,
                                   void *work);

#endif
