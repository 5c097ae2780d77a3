"""The app `observability`: audit, logs, limits and figures."""
