"""Words by which the parts of a receipt tell themselves apart, in the languages of common tills."""

import re
import unicodedata

_CURRENCY = "$€£¥₹₩₫฿₺₽₱"
_AMOUNT = re.compile(
    # Two decimals, with or without thousands groups.
    r"(?<![\d.,:/])\d{1,3}(?:(?:[ .,']\d{3})+|\d*)[.,]\d{2}(?![\d.,:/%])"
    rf"|[{_CURRENCY}]\s?\d|\d\s?[{_CURRENCY}円원]"
    # Currencies without decimals: thousands groups alone.
    r"|(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,])"
)
_TOTALS_LATIN = r"""
    (sub|grand|net|gross)?\s?-?tota(l|al|le|les|ux)  toplam  tutar  t[o0]ta[l1i]
    amount\s(due|payable|paid)  balance\sdue  (zwischen|end|gesamt)?summe  gesamt(betrag|preis)?
    zu\szahlen  net  gross  netto  brutto  montant  a\spayer  importe  a\spagar  te\sbetalen
    razem  suma  celkem  jumlah  bayar  tong  thanh\stien  itogo  итог\w*  сумма  tax\d?  gst
    sst  vat  hst  pst  cgst  sgst  tva  iva  btw  mwst  ust  moms  kdv  ppn  ндс
    service\s(charge|chg)  tip  gratuity  trinkgeld  pourboire  propina  round(ing|ed)?
    discounts?  rabatt  remise  descuento  sconto  korting  savings?  cash  change  tender(ed)?
    credit  debit  visa  master\s?card  maestro  amex  card  paid  payment  bar  gegeben
    ruckgeld  especes  rendu  carte  cb  efectivo  cambio  tarjeta  contante?  kontant  tilbage
    resto  wisselgeld  pin  tunai  kembali(an)?  tien\smat  gotowka  karta  reszta  nakit
    наличн\w*  сдача
"""
_TOTALS_WIDE = (
    "合計|小計|合计|小计|总计|總計|总额|税|합계|소계|ยอด|รวม|現金|现金|お釣り|お預り|현금"
)
_COLUMNS = r"""
    qty  quantity  description  items?  price  amount  amt  u\.?\s?price  unit  rate  disc
    menge  artikel  preis  einzelpreis  qte  quantite  designation  libelle  prix  cant
    cantidad  articulo  precio  descripcion  prezzo  aantal  sl  so\sluong  don\sgia  ilosc
    cena
"""
_GOODBYE = r"""
    thanks?  welcome  come\sagain  visit  goods\ssold  refund(able)?  exchange  return\spolicy
    danke  auf\swiedersehen  merci  gracias  grazie  obrigad\w  bedankt  dziekujemy
    terima\skasih  cam\son  see\syou  customer\scopy  wifi  www  survey  feedback  powered\sby
    retain  keep\sthis  hen\sgap\slai  спасибо
"""


def _words(listed: str, wide: str = "") -> re.Pattern[str]:
    """A pattern for whole words of a list; `wide` are words of scripts without spaces."""
    pattern = r"\b(?:" + "|".join(listed.split()) + r")\b"
    return re.compile(f"{pattern}|{wide}" if wide else pattern)


_TOTALS_WORDS = _words(_TOTALS_LATIN, _TOTALS_WIDE)
_COLUMN_WORDS = _words(_COLUMNS, "数量|單價|单价|品名")
_GOODBYE_WORDS = _words(_GOODBYE, "谢谢|謝謝|ありがとう|감사")


def fold(text: str) -> str:
    """Lower case without accents, so that "À PAYER" and "a payer" meet."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def has_amount(text: str) -> bool:
    """Whether money seems to be printed: two decimals, thousands groups or a currency sign."""
    return bool(_AMOUNT.search(text))


def names_totals(text: str) -> bool:
    """Whether a word stands there that sums, taxes, discounts or pays."""
    return bool(_TOTALS_WORDS.search(fold(text)))


def names_columns(text: str) -> bool:
    """Whether it looks like the heading of the items: two of their column names at least."""
    return len({match[0] for match in _COLUMN_WORDS.finditer(fold(text))}) >= 2


def says_goodbye(text: str) -> bool:
    """Whether it thanks, invites back or states terms, as the foot of a receipt does."""
    return bool(_GOODBYE_WORDS.search(fold(text)))
