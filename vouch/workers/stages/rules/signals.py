"""The names of all signals that the rules reader gives its candidates: the scoring model reads them by these."""

from collections.abc import Mapping

SIGNALS: Mapping[str, str] = {
    "keyword": "how surely the words beside it say that this is the field",
    "contrary": "how surely they say that it is something else",
    "margin": "score minus the best rival's score",
    "repeats": "how often the document prints the value: 0 once, 1 four times or more",
    "depth": "where it stands: 0 first row, 1 last row",
    "height": "letter height: 0.5 as body text, 1 twice as high",
    "ocr": "the lowest OCR score among its tokens",
    "sums": "share of the sums that could be made with it that come out",
    "paid": "cash less change, or a card payment, is this amount",
    "largest": "no other amount, payments apart, is larger",
    "currency": "a currency mark stands beside it",
    "crowd": "share of its row's amounts that it is: 1 alone, 0.5 one of two",
    "scarred": "a character had to be repaired to read it",
    "summary": "stands in a table that repeats amounts",
    "shape": "how much the print alone looks like such a value",
    "ambiguous": "day and month could change places",
    "order": "how sure the page is about the order of day and month",
    "time_beside": "a time of day stands beside the date",
    "legal_form": "the name carries a legal form (Ltd, GmbH, Sdn Bhd)",
    "trade": "the name carries a word for a trade (Restaurant, Mart, Hardware)",
    "agreement": "the name comes back elsewhere: web address, e-mail, thanks",
    "first": "no other row that could be a name stands above",
    "postcode": "the address holds a postcode",
    "street": "the address holds a word for a street or a building",
    "place": "the address holds a country, a state or a known region",
    "lines": "how many rows it spans: 0.25 each",
    "inferred": "1 when it is not printed but follows from other words of the page",
    "columns": "the row fits the columns of the table of items",
}
