"""Table-driven test of groups × models × operations, for any addon of the suite."""

OPERATIONS = {"c": "create", "r": "read", "u": "write", "d": "unlink"}


class AccessTableMixin:
    """Mix into a TransactionCase; the table says who may do what, and nothing else.

    `access_table` is `{model: {group xmlid: letters of "crud"}}`. Groups that a row
    leaves out may do nothing there. Every stored, view or transient model that
    `access_module` defines must have a row.
    """

    allow_inherited_tests_method = True  # else Odoo's loader leaves these tests out
    access_module = ""
    access_table = {}
    access_groups = ()
    outsiders = ("base.group_user", "base.group_portal", "base.group_public")

    def test_access_table(self):
        for group in self._access_groups():
            user = self._access_user(group)
            for model, row in self.access_table.items():
                with self.subTest(group=group, model=model):
                    self.assertEqual(
                        self._granted(model, user), self._sorted(row.get(group, ""))
                    )

    def test_access_table_is_complete(self):
        missing = self._access_models() - set(self.access_table)
        self.assertFalse(missing, "models without a row in access_table")

    def _access_groups(self):
        named = {group for row in self.access_table.values() for group in row}
        return sorted(named | set(self.access_groups) | set(self.outsiders))

    def _access_user(self, group):
        """A user whose only group is the given one (and what that one implies)."""
        return self.env["res.users"].create(
            {
                "name": group,
                "login": f"access {group}",
                "group_ids": [(6, 0, self.env.ref(group).ids)],
            }
        )

    def _access_models(self):
        return {
            name
            for name, model in self.env.registry.items()
            if model._original_module == self.access_module and not model._abstract
        }

    def _granted(self, model, user):
        records = self.env[model].with_user(user)
        return self._sorted(
            letter for letter, name in OPERATIONS.items() if records.has_access(name)
        )

    @staticmethod
    def _sorted(letters):
        return "".join(sorted(letters))
