// No strings beyond those that the sources name as MP_QSTR_.
