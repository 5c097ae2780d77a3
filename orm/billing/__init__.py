"""The app `billing`: plans, subscriptions, invoices, payments and use."""
