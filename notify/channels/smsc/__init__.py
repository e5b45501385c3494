"""SMSC.ru: SMS by lists with a text of its own for each phone."""
