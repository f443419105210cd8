"""taizhang (台账): key-project returns into a reporting warehouse."""
