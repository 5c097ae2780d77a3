"""Starting and stopping: the embedded servers, the command line, the wheel."""
