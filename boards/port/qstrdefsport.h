// Strings whose names the scan of the sources cannot turn back into what they are.
Q(/lib)
