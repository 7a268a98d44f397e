"""The people we serve: identities, products, orders, returns."""
