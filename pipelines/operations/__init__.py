"""What keeps a home in service: its health, its copies, the processes over it. What a load does is none of it."""
