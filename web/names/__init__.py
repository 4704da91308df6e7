"""姓名图: the picture of a name that cannot be typed, beside the name wherever a desk shows it."""

from web.names import views
from web.names.blueprint import blueprint

__all__ = ["blueprint", "views"]
