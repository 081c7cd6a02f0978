/* CRC-32 as in Ethernet, zlib and PNG (ISO/IEC 8802-3: polynomial 0x04C11DB7, reflected, initial
 * value and final complement 0xFFFFFFFF). Same result as Python's zlib.crc32 and binascii.crc32.
 */
#ifndef SL_BASE_CRC32_H
#define SL_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* CRC of `length` bytes at `data`. `previous` is 0 at the start, or the result for the bytes before
 * these: sl_crc32(sl_crc32(0, a, n), b, m) is the CRC of a followed by b.
 * Half a byte at a time with a table of 16 words: 64 bytes of table, ~10 instructions a byte. */
uint32_t sl_crc32(uint32_t previous, const void *data, size_t length);

#endif
