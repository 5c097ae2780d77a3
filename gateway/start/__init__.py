"""Starting and stopping: the command `up`, one process, the checks before them."""
