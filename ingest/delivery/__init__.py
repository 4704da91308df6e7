"""Reading what an enterprise delivers: folders, file names, lists, PDFs. Nothing here writes, nothing needs a database."""
