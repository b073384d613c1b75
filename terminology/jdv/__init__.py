"""The national workbook « JDV Circuit de la biologie »: its format, and realistic workbooks generated in it.

`sheets`, `columns` and `headers` define the format and hold no code that reads or writes. The generator beside them
(`golden`, `sample`, `generator`, `faults`) makes what the importer is tested and measured on, since the official file
is not at hand. Where the sources are silent (terminology.md §9) a docstring says « assumption ».
"""
