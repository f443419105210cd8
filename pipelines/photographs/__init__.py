"""Photographs: what their folder says, what kind of file they are, what is in the picture. The only user of Pillow.

Knows no database and no rule; pictures are decoded in a process of their own.
"""
