"""WAHA beyond the message: its sessions and the simulator to try it with."""
