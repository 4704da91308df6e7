"""分件 helped: which images begin a paper, its class and title, and the 卷内目录 sheet held against the images.

Pure rules over what was read of each page. All of it is suggestion: a person splits, and nothing is applied by itself.
"""

from standards.splitting.cards import PageCard, Seen
from standards.splitting.classes import ClassGuess, OwnWord, guess_class
from standards.splitting.first_pages import Suggestion, suggest_starts

__all__ = ["ClassGuess", "OwnWord", "PageCard", "Seen", "Suggestion", "guess_class", "suggest_starts"]
