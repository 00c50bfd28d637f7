from odoo.tests import tagged

from odoo.addons.crm_relationship.tests.common_trace import TraceCommon


@tagged("post_install", "-at_install")
class TestPortalTracking(TraceCommon):
    """A customer finds the parcel at the carrier's page."""

    def _shipment(self, tracking_url):
        chair = self._product("Chair")
        self._stock(chair, 2)
        order = self._order((chair, 2), promise=3)
        fee = self.env["product.product"].create({"name": "Fee", "type": "service"})
        carrier = self.env["delivery.carrier"].create(
            {"name": "Post", "product_id": fee.id, "tracking_url": tracking_url}
        )
        order.picking_ids.sudo().write(
            {"carrier_id": carrier.id, "carrier_tracking_ref": "RX-12"}
        )
        shipments = self._trace(order.order_line).sudo()._portal_shipments()
        return [(shipment["tracking"], shipment["url"]) for shipment in shipments]

    def test_the_reference_leads_to_the_carrier(self):
        self.assertEqual(
            self._shipment("https://post.example.com/<shipmenttrackingnumber>"),
            [("RX-12", "https://post.example.com/RX-12")],
        )

    def test_only_an_address_of_the_web_becomes_a_link(self):
        self.assertEqual(self._shipment("javascript:alert(1)"), [("RX-12", "")])
        self.assertEqual(self._shipment(False), [("RX-12", "")])

    def test_without_a_reference_nothing_is_shown(self):
        transfer = self.env["stock.picking"].new({})
        self.assertEqual(transfer._portal_tracking(), ("", ""))
