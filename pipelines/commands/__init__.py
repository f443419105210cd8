"""The commands of the terminal, a module for each group; ``cli`` puts them together. What they do lies below."""
