// Starts the console.
