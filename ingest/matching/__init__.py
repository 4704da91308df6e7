"""配对: files that fit no dossier of the list and dossiers of the list without files are brought together by a person."""
