"""The wire: devices that record and replay, and a service that orders and judges."""
