"""The report of a check as HTML, PDF and XLSX, made from one set of plain values."""
