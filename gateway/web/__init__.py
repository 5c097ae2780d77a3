"""HTTP and customer sockets: decode, authorize, call one verb, encode."""
