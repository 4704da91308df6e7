"""Fields read from forms: rules over lines and boxes, with the forms and their labels as data (`forms/*.toml`)."""

from ocr.fields.extract import extract
from ocr.fields.values import FIELDS, MARKS, FieldValue, PageFields

__all__ = ["FIELDS", "MARKS", "FieldValue", "PageFields", "extract"]
