import json
import logging

from werkzeug.exceptions import InternalServerError

from odoo import fields, http
from odoo.http import content_disposition, request
from odoo.tools import osutil

from ..tools import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_logger = logging.getLogger(__name__)


class CrmAnalyticsExport(http.Controller):
    @http.route(
        "/crm_analytics/export",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def export(self, data, **kwargs):
        """The numbers behind a picture, as a spreadsheet.

        :param data: JSON of `picture`, `params` and `companies`, the chosen ones
        """
        try:
            return self._answer(json.loads(data))
        except Exception as error:
            # the browser shows what the download's service finds in the page
            _logger.info("Export refused: %s", error)
            answer = {
                "code": 0,
                "message": "Odoo Server Error",
                "data": http.serialize_exception(error),
            }
            raise InternalServerError(json.dumps(answer)) from error

    def _answer(self, asked):
        companies = [int(company) for company in asked.get("companies") or []]
        if companies:
            request.update_context(allowed_company_ids=companies)
        book = request.env["crm.analytics.export"]._book(
            asked["picture"], asked.get("params") or {}
        )
        _logger.info(
            "User %d exported %d rows behind the picture %s",
            request.env.uid,
            book.rows,
            asked["picture"],
        )
        content = sheets.xlsx(book, request.env._("About"), fields.Datetime.now())
        name = osutil.clean_filename(f"{book.title}.xlsx")
        return request.make_response(
            content,
            headers=[
                ("Content-Disposition", content_disposition(name)),
                ("Content-Type", XLSX),
            ],
        )
