"""What every floor needs and nothing more: settings, messages, errors, clock, progress, text forms, images."""
