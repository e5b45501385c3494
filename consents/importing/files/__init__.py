"""Reading a file as it really comes: encodings, workbooks, uploads."""
