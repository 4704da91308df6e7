"""One text analysis and the engines that answer alike."""
