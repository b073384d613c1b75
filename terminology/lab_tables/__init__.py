"""A laboratory's catalogue as tables that people edit, a workbook or a zip of CSV, and back without loss (lcsd.md §4).

Four tables: the laboratory, its exams, their tubes (a row a container), their intervals (a row a range).
"""
