/* A native module has no C library; compilers make calls of memcpy out of assignments of
 * structures.
 */
void *memcpy(void *to, const void *from, size_t count)
{
    volatile uint8_t *at = to;
    for (const uint8_t *next = from; count != 0; count--) {
        *at++ = *next++;
    }
    return to;
}
