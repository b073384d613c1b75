"""The CDA R2 document of an order (EP-BIO, CI-SIS model BIO-EP-BIO_2022.01): written, read back, shown."""
