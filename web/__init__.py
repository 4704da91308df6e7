"""The screens: a blueprint per desk, sign-in, the API."""
