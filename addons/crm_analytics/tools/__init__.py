"""Pure functions: no Odoo, no clock, no database."""
