/* The test set and the model as bytes. ROWS, MODEL: files; ROW_COUNT, ROW_BYTES: numbers. */
    .section .bench_rows, "a"
    .balign 8
    .global bench_rows, bench_row_count, bench_row_bytes
bench_rows:
    .incbin ROWS
    .balign 4
bench_row_count:
    .4byte ROW_COUNT
bench_row_bytes:
    .4byte ROW_BYTES

    .section .bench_model, "a"
    .balign 8
    .global bench_model, bench_model_length
bench_model:
    .incbin MODEL
bench_model_end:
    .balign 4
bench_model_length:
    .4byte bench_model_end - bench_model

#ifdef __linux__
    .section .note.GNU-stack, "", %progbits
#endif
