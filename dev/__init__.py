"""What bin/* calls: Odoo, its environment, databases, demo, tests, lint, pictures."""
