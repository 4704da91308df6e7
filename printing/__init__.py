"""What leaves as PDF or sheet: searchable PDF, reports, labels, registers, made from plain values."""
