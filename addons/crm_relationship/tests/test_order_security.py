from itertools import product as pairs

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..hooks import uninstall_hook
from .common_people import new_user
from .common_trace import TraceCommon
from .test_portal_order_tracking import LIST

PRICE = 1234.56
ORDERS = ("sale.order", "sale.order.line")
PRICES = {
    "sale.order": ("amount_total", "amount_untaxed", "tax_totals"),
    "sale.order.line": ("price_unit", "price_subtotal", "discount"),
}
# A path from what a warehouse user reads to a price of an order.
PATHS = {
    "stock.picking": ("sale_id.amount_total", "move_ids.sale_line_id.price_unit"),
    "stock.move": ("sale_line_id.price_unit", "sale_line_id.order_id.amount_total"),
    "stock.move.line": ("move_id.sale_line_id.price_unit",),
    "stock.reference": ("sale_ids.amount_total",),
    "res.partner": ("sale_order_ids.amount_total",),
    "crm.order.board": ("order_id.amount_total",),
    "crm.order.promise": ("order_id.amount_total", "sale_line_id.price_unit"),
    "crm.order.trace": ("order_id.amount_total", "sale_line_id.price_unit"),
}
# Who reads what: o(rder), t(race), p(romises), b(oard), c(hatter of the order)
READERS = {
    "seller": "otpbc",
    "leader": "otpbc",
    "colleague": "",
    "worker": "tpb",
    "buyer": "tp",
    "customer": "oc",
    "distributor": "",
    "stranger": "",
    "customer_elsewhere": "",
    "worker_elsewhere": "",
    "seller_elsewhere": "",
    "buyer_elsewhere": "",
}
PORTAL = ("customer", "distributor", "stranger", "customer_elsewhere")
# Which pages of the portal show it: l(ist of lines), d(etails), o(rder with prices)
PAGES = {
    "customer": "ldo",
    "distributor": "ld",
    "stranger": "",
    "customer_elsewhere": "",
    "seller": "o",
    "colleague": "",
    "worker": "",
    "buyer": "",
    "seller_elsewhere": "",
}
MODELS = {
    "o": "sale.order",
    "t": "crm.order.trace",
    "p": "crm.order.promise",
    "b": "crm.order.board",
    "c": "mail.message",
}


@tagged("post_install", "-at_install")
class OrderSecurityCommon(TraceCommon):
    """One salesperson's order, with its price in every place where it might be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls._more_people()
        cls.chair = cls._product("Chair", list_price=1)
        cls._stock(cls.chair, 20)
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "order_line": [
                    Command.create({"product_id": cls.chair.id, "price_unit": PRICE})
                ],
            }
        )
        cls.order.action_confirm()
        cls.line = cls.order.order_line
        cls.picking = cls.order.picking_ids
        comment = {"subtype_xmlid": "mail.mt_comment", "message_type": "comment"}
        cls.message = cls.order.message_post(body=f"We ask {PRICE}", **comment)
        cls.env.flush_all()

    @classmethod
    def _more_people(cls):
        people = {
            "leader": ("sales_team.group_sale_salesman_all_leads", cls.company),
            "colleague": ("sales_team.group_sale_salesman", cls.company),
            "buyer": ("purchase.group_purchase_user", cls.company),
            "worker_elsewhere": ("stock.group_stock_user", cls.elsewhere),
            "buyer_elsewhere": ("purchase.group_purchase_user", cls.elsewhere),
            "seller_elsewhere": (
                "sales_team.group_sale_salesman_all_leads",
                cls.elsewhere,
            ),
        }
        for who, (group, company) in people.items():
            user = new_user(cls.env, f"security_{who}", group, company)
            setattr(cls, who, user)
        exporters = cls.env.ref("base.group_allow_export")
        for who in ("seller", "worker", *people):
            getattr(cls, who).group_ids += exporters
        cls.stranger = cls._portal_user("Stranger")
        portal = cls._portal_user("Azure's buyer")
        cls.customer = portal.partner_id
        cls._portal_people()
        cls.people = {**{who: getattr(cls, who) for who in READERS}, "customer": portal}

    @classmethod
    def _portal_people(cls):
        """A distributor that may follow the customer, and a login for elsewhere."""
        cls.distributor = cls._portal_user("Distributor")
        cls.customer_elsewhere = cls._portal_user("Azure", cls.elsewhere)
        cls.customer_elsewhere.partner_id.parent_id = cls.customer
        kind = cls.env.ref("crm_relationship.relation_type_distributor")
        cls.env["crm.partner.relation"].create(
            {
                "partner_id": cls.distributor.partner_id.id,
                "type_id": kind.id,
                "other_partner_id": cls.customer.id,
                "shares_orders": True,
            }
        )

    @classmethod
    def _portal_user(cls, name, company=None):
        login = f"security_{name}"
        company = company or cls.company
        return new_user(cls.env, login, "base.group_portal", company, name=name)

    def _env(self, who):
        """The environment of a request of this person's own: nothing is cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = self.people[who]
        return self.env(
            user=user, context={"allowed_company_ids": user.company_ids.ids}
        )

    def _domain(self, code):
        """The rows about the order."""
        if code == "c":
            return [("id", "=", self.message.id)]
        return [("id" if code == "o" else "order_id", "in", self.order.ids)]


@tagged("post_install", "-at_install")
class TestOrderSecurity(OrderSecurityCommon):
    """Who reads what of an order: in lists, by a guessed id, exported, grouped."""

    def test_who_reads_what_in_which_way(self):
        ids = {c: self.env[m].search(self._domain(c)).ids for c, m in MODELS.items()}
        self.assertTrue(all(ids.values()))
        for who, (code, model) in pairs(READERS, MODELS.items()):
            for way in self._ways():
                with self.subTest(who=who, model=model, way=way.__name__):
                    records = self._env(who)[model].browse(ids[code])
                    told = self._told(way, records, self._domain(code))
                    may = self._may(who, way.__name__, code)
                    self.assertEqual(told, code in READERS[who] and may)

    def _ways(self):
        return [
            self._search,
            self._search_read,
            self._sum,
            self._group,
            self._export,
            self._views,
            self._guess,
            self._guess_for_a_view,
            self._guess_and_export,
        ]

    def _may(self, who, way, code):
        """Customers have pages; they neither export nor see the screens. Nobody exports
        the chatter.
        """
        if way in ("_export", "_guess_and_export"):
            return who not in PORTAL and code != "c"
        return who not in PORTAL or way != "_views"

    def _told(self, way, records, domain):
        try:
            return bool(way(records, domain))
        except UserError:  # of access, or that nobody of the portal exports
            return False

    def _name(self, records):
        return "body" if records._name == "mail.message" else "display_name"

    def _search(self, records, domain):
        return records.search(domain)

    def _search_read(self, records, domain):
        return records.search_read(domain, [self._name(records)])

    def _sum(self, records, domain):
        return records.formatted_read_group(domain, [], ["__count"])[0]["__count"]

    def _group(self, records, domain):
        by = "create_uid" if records._log_access else "order_id"
        return records.formatted_read_group(domain, [by], ["__count"])

    def _export(self, records, domain):
        return records.search(domain).export_data([self._name(records)])["datas"]

    def _views(self, records, domain):
        """All that the list and the form show: nobody meets a field he may not read."""
        found = []
        for kind in ("list", "form"):
            view = records.get_view(view_type=kind)
            arch = etree.fromstring(view["arch"])
            names = {node.get("name"): {} for node in arch.iter("field")}
            names = {name: {} for name in names if name in records._fields}
            found.append(records.web_search_read(domain, names)["records"])
        return all(found)

    def _guess(self, records, _domain):
        return all(
            row[self._name(records)] for row in records.read([self._name(records)])
        )

    def _guess_for_a_view(self, records, _domain):
        return records.web_read({self._name(records): {}})

    def _guess_and_export(self, records, _domain):
        return records.export_data([self._name(records)])["datas"]


@tagged("post_install", "-at_install")
class TestOrderPages(OrderSecurityCommon, HttpCase):
    """Who comes to which page of the portal, by its list and by guessed ids."""

    def test_who_opens_which_page(self):
        pages = {
            "l": LIST,
            "d": f"{LIST}/{self.line.id}",
            "o": f"/my/orders/{self.order.id}",
        }
        for who, (code, url) in pairs(PAGES, pages.items()):
            with self.subTest(who=who, page=url):
                login = self.people[who].login
                self.authenticate(login, login)
                answer = self.url_open(url, allow_redirects=False)
                shown = answer.status_code == 200 and self.order.name in answer.text
                self.assertEqual(shown, code in PAGES[who])
                if code != "o":
                    self.assertNotIn("1,234.56", answer.text, "no price while tracking")


@tagged("post_install", "-at_install")
class TestNoPriceForTheWarehouse(OrderSecurityCommon):
    """What a pure warehouse user tries, and where a price might slip through."""

    def _refused(self, what, call, *args, **kwargs):
        self.env.invalidate_all()
        with self.subTest(what=what), self.assertRaises(AccessError):
            call(*args, **kwargs)

    def test_fields_of_an_order(self):
        env = self._env("worker")
        for record in (self.order, self.line):
            model, ids = env[record._name], record.ids
            for name in PRICES[record._name]:
                with self.subTest(model=record._name, field=name):
                    self._try_field(model.browse(ids), name)

    def _try_field(self, records, name):
        self._refused("read", records.read, [name])
        self._refused("web_read", records.web_read, {name: {}})
        self._refused("export", records.export_data, [name])
        self._refused("search_read", records.search_read, [], [name])
        self._refused("search", records.search, [(name, ">", 1)])
        self._refused("count", records.search_count, [(name, ">", 1)])
        self._refused("order", records.search, [], order=name)
        group = (records.formatted_read_group, [], [], [f"{name}:sum"])
        self._refused("group", *group)
        self._refused("onchange", records.onchange, {}, [], {name: {}})
        self._refused("write", records.write, {"client_order_ref": "x", "name": "x"})
        self._refused("copy", records.copy)

    def test_paths_to_a_price(self):
        env = self._env("worker")
        for model, paths in PATHS.items():
            for path in paths:
                with self.subTest(model=model, path=path):
                    self._try_path(env[model], path)

    def _try_path(self, records, path):
        """Neither told nor to be guessed from how many rows are found."""
        ours = records.sudo().search([], limit=1).with_env(records.env)
        slashes = path.replace(".", "/")
        for value in (1, 10**6):
            self._refused("search", records.search, [(path, ">", value)])
            self._refused("count", records.search_count, [(path, "<", value)])
        self._refused("export", ours.export_data, [slashes])
        group = records.formatted_read_group
        self._impossible("sum", group, [], [], [f"{path}:sum"])
        self._impossible("group", group, [], [path], ["__count"])
        self._impossible("order", records.search, [], order=path)

    def _impossible(self, what, call, *args, **kwargs):
        """Refused, or nothing that the method knows."""
        self.env.invalidate_all()
        with self.subTest(what=what):
            try:
                found = call(*args, **kwargs)
            except (UserError, ValueError):
                return
            self.fail(f"not refused: {found}")

    def test_what_a_view_asks_for(self):
        picking = self.picking.with_env(self._env("worker"))
        spec = {"sale_id": {"fields": {"display_name": {}}}}
        name = picking.web_read(spec)[0]["sale_id"]["display_name"]
        self.assertEqual(name, self.order.sudo().name)
        spec["sale_id"]["fields"]["amount_total"] = {}
        self._refused("many2one", picking.web_read, spec)
        line = {"sale_line_id": {"fields": {"price_unit": {}}}}
        spec = {"move_ids": {"fields": line}}
        self._refused("one2many", picking.web_read, spec)
        moves = self.env["stock.move"].with_env(picking.env)
        values = {"sale_line_id": self.line.id}
        for changed in ([], ["sale_line_id"]):
            self.assertNotIn(f"{PRICE}", self._answer(moves, values, changed, line))

    def _answer(self, records, *args):
        self.env.invalidate_all()
        try:
            return str(records.onchange(*args))
        except AccessError as error:
            return str(error)

    def test_a_list_of_transfers_can_be_exported(self):
        env = self._env("worker")
        picking, move = (r.with_env(env) for r in (self.picking, self.picking.move_ids))
        rows = picking.export_data(["name", "sale_id", "move_ids/product_id"])["datas"]
        name = self.order.sudo().name
        self.assertEqual(rows, [[picking.name, name, "Chair"]])
        rows = move.export_data(["sale_line_id", "product_id"])["datas"]
        self.assertIn("Chair", rows[0][0])
        self.assertNotIn("1234", str(rows))
        for path in ("sale_id/name", "sale_id/amount_total", "sale_id/order_line/name"):
            self._refused("more", picking.export_data, ["sale_id", path])

    def test_chatter_and_attachments(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "quotation.pdf",
                "raw": f"{PRICE}".encode(),
                "res_model": "sale.order",
                "res_id": self.order.id,
            }
        )
        env = self._env("worker")
        self._refused("file", env["ir.attachment"].browse(file.id).read, ["raw"])
        messages = self.order.message_ids.with_env(env)
        self._refused("message", messages.read, ["body"])
        self.assertFalse(env["mail.message"].search([("body", "ilike", f"{PRICE}")]))
        order = env["sale.order"].browse(self.order.id)
        self._refused("post", order.message_post, body="Hello")
        self._refused("link", order.get_portal_url)
        self.assertNotIn(f"{PRICE}", str(self.picking.message_ids.mapped("body")))

    def test_reports_and_templates(self):
        env = self._env("worker")
        reports = env["ir.actions.report"]
        ids = self.order.ids
        self._refused("pdf", reports._render_qweb_html, "sale.report_saleorder", ids)
        self._refused("sales analysis", env["sale.report"].search, [])
        template = self.env.ref("sale.email_template_edi_sale").id
        values = {"model": "sale.order", "res_ids": str(ids), "template_id": template}
        compose = env["mail.compose.message"]
        self._refused("mail", lambda: compose.create(values).read(["body"]))

    def test_no_readable_field_is_a_price_of_an_order(self):
        """Related fields go round the order's own rights: there must be none."""
        env = self._env("worker")
        leaks = [
            f"{name}.{field.name}"
            for name, model in env.registry.items()
            if not model._abstract and env[name].has_access("read")
            for field in model._fields.values()
            if self._is_price_of_order(env, field)
            and env[name]._has_field_access(field, "read")
        ]
        self.assertEqual(leaks, [])

    def _is_price_of_order(self, env, field):
        if not field.related:
            return False
        model, through = env[field.model_name], set()
        for name in field.related.split("."):
            step = model._fields[name]
            through.add(model._name)
            model = env[step.comodel_name] if step.comodel_name else model
        return bool(through & set(ORDERS)) and (
            step.type == "monetary" or step.name in sum(PRICES.values(), ())
        )

    def test_nothing_of_this_addon_shows_an_amount(self):
        env = self._env("worker")
        for name, model in env.registry.items():
            ours = model._original_module == "crm_relationship"
            if not ours or model._abstract or not env[name].has_access("read"):
                continue
            shown = env[name].fields_get(attributes=["type"])
            amounts = {n for n, f in shown.items() if f["type"] == "monetary"}
            with self.subTest(model=name):
                self.assertFalse(amounts)

    def test_salespeople_in_the_warehouse_keep_their_orders(self):
        group = self.env.ref("sales_team.group_sale_salesman")
        self.worker.sudo().group_ids += group
        self.order.sudo().user_id = self.worker
        line = self.line.with_env(self._env("worker"))
        self.assertEqual(line.price_unit, PRICE)

    def test_the_setting_opens_and_closes_the_orders(self):
        self._set(True)
        line = self.line.with_env(self._env("worker"))
        self.assertEqual(line.price_unit, PRICE)
        self._set(False)
        self._refused("closed", self.line.with_env(self._env("worker")).read, ["name"])

    def test_uninstalling_gives_back_what_core_allows(self):
        uninstall_hook(self.env)
        line = self.line.with_env(self._env("worker"))
        self.assertEqual(line.price_unit, PRICE)

    def _set(self, value):
        settings = self.env["res.config.settings"].create(
            {"group_warehouse_sees_prices": value}
        )
        settings.execute()
