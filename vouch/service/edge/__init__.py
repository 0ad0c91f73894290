"""Where the service meets the network: how it listens, what it endures, how it leaves."""
