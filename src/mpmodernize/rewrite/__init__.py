"""The vocabulary of edits, and how they are carried out.

Expressions are replaced and extended at their exact spans in the text; statements are moved, wrapped and gathered on
LibCST trees of the top-level statements that an edit touches. Everything else is not even parsed.
"""
