"""Child processes in which the bytes of strangers are read: limited, replaceable, and told apart when they die.

What is read in them is the business of their workers. Nothing here opens a file or a database.
"""
