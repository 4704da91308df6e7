"""Text forms: normal form, variants, dates, numerals, identity numbers."""
