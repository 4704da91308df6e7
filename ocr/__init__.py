"""One page image becomes lines with boxes and confidence; fields are read from the text."""
