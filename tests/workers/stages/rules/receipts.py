"""Made-up receipts of several countries, and what is to be read on them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A receipt as a till prints it; `expected` by pointer, the best candidate's value."""

    country: str
    text: str
    expected: dict[str, str]


SAMPLES = (
    Sample(
        "Germany",
        """
       KAUFGUT Markt GmbH
       Lindenstraße 20
       50668 Köln
   UID Nr.: DE812706034
                      EUR
BIO BANANEN          1,98 B
VOLLMILCH 3,5%       1,19 B
MÜLLBEUTEL 20L       2,49 A
SUMME       EUR      5,66
Geg. BAR    EUR     10,00
Rückgeld BAR EUR     4,34
Steuer %   Netto   Steuer  Brutto
A= 19,0%    2,09     0,40    2,49
B=  7,0%    2,96     0,21    3,17
Gesamtbetrag  5,05   0,61    5,66
24.12.2021   14:32   Bon-Nr.:4711
Vielen Dank für Ihren Einkauf
""",
        {
            "/merchant/name": "KAUFGUT Markt GmbH",
            "/merchant/address": "Lindenstraße 20 50668 Köln",
            "/total": "5.66",
            "/subtotal": "5.05",
            "/tax": "0.61",
            "/date": "2021-12-24",
            "/time": "14:32",
            "/currency": "EUR",
            "/receipt_number": "4711",
            "/payment_method": "cash",
            "/items/0/description": "BIO BANANEN",
            "/items/2/price": "2.49",
        },
    ),
    Sample(
        "France",
        """
     BOULANGERIE MARTINET SARL
     12 rue de la République
     69002 LYON
     Tél : 04 78 12 34 56
Ticket N° 004512    le 03/02/2020 à 12h45
2 BAGUETTE TRADITION   1,20   2,40 €
1 TARTE AUX POMMES           14,50 €
TOTAL TTC                    16,90 €
CB                           16,90 €
dont TVA 5,5%                 0,88 €
TOTAL HT                     16,02 €
Merci de votre visite
""",
        {
            "/merchant/name": "BOULANGERIE MARTINET SARL",
            "/merchant/address": "12 rue de la République 69002 LYON",
            "/merchant/phone": "04 78 12 34 56",
            "/total": "16.90",
            "/subtotal": "16.02",
            "/tax": "0.88",
            "/date": "2020-02-03",
            "/time": "12:45",
            "/currency": "EUR",
            "/receipt_number": "004512",
            "/payment_method": "card",
            "/items/0/quantity": "2",
            "/items/0/unit_price": "1.20",
        },
    ),
    Sample(
        "United States",
        """
        GREENLEAF DRUGS
    1200 N Main Street
    Springfield, IL 62701
       217-555-0123
 03/04/2021   6:45 PM
 COUGH DROPS 30CT       9.99 T
 LEMON SODA 2L          1.79 F
 SUBTOTAL              11.78
 SALES TAX 8.25%        0.97
 TOTAL                $12.75
 VISA ************1234 12.75
 CHANGE                 0.00
""",
        {
            "/merchant/name": "GREENLEAF DRUGS",
            "/merchant/address": "1200 N Main Street Springfield, IL 62701",
            "/merchant/phone": "217-555-0123",
            "/total": "12.75",
            "/subtotal": "11.78",
            "/tax": "0.97",
            "/date": "2021-03-04",
            "/time": "18:45",
            "/currency": "USD",
            "/payment_method": "visa",
            "/items/1/price": "1.79",
        },
    ),
    Sample(
        "Malaysia",
        """
      KEDAI SINAR HARDWARE
      (SERDANG) SDN BHD
         (123456-X)
   NO. 17, JALAN MAWAR 3/2,
   TAMAN MAWAR,
   43300 SERDANG, SELANGOR.
   TEL: 03-8945 1234  FAX: 03-8945 1235
        TAX INVOICE
 Invoice No: CS00012345   Date: 05/06/2018 11:20:15
 HAMMER 16OZ       2    10.55    21.10
 Total Sales (Excluding GST)     21.10
 GST 6%                           1.27
 Total (Inclusive of GST)        22.37
 Rounding Adj                    -0.02
 Rounded Total (RM)              22.35
 CASH                            50.00
 CHANGE                          27.65
 GST Summary   Amount(RM)   Tax(RM)
 SR @ 6%       21.10        1.27
""",
        {
            "/merchant/name": "KEDAI SINAR HARDWARE (SERDANG) SDN BHD",
            "/merchant/address": "NO. 17, JALAN MAWAR 3/2, TAMAN MAWAR, 43300 SERDANG, SELANGOR.",
            "/merchant/phone": "03-8945 1234",
            "/total": "22.35",
            "/subtotal": "21.10",
            "/tax": "1.27",
            "/date": "2018-06-05",
            "/currency": "MYR",
            "/receipt_number": "CS00012345",
            "/payment_method": "cash",
        },
    ),
    Sample(
        "Indonesia",
        """
   TOKO MELATI
  JL. SUDIRMAN NO. 10 JAKARTA PUSAT
 12.05.21-18:20
 MIE GORENG      5   3.000   15.000
 AIR 600ML       2   4.500    9.000
 TOTAL :                     24.000
 TUNAI :                     50.000
 KEMBALI :                   26.000
""",
        {
            "/total": "24000",
            "/date": "2021-05-12",
            "/currency": "IDR",
            "/payment_method": "cash",
            "/items/1/unit_price": "4500",
        },
    ),
    Sample(
        "Poland",
        """
   SKLEP ZIELONY S.A.
   62-025 KOSTRZYN, UL. POLNA 5
   NIP 7791011327
   2021-03-05      nr:123456
   PARAGON FISKALNY
 MLEKO 2% A      2 x2,59   5,18 C
 CHLEB ŻYTNI     1 x3,99   3,99 C
 SUMA PTU        0,44
 SUMA PLN        9,17
 GOTÓWKA        10,00
 RESZTA          0,83
""",
        {
            "/merchant/name": "SKLEP ZIELONY S.A.",
            "/total": "9.17",
            "/tax": "0.44",
            "/date": "2021-03-05",
            "/currency": "PLN",
            "/payment_method": "cash",
        },
    ),
    Sample(
        "Japan",
        """
まるやまストア
東京都千代田区二番町8-8
電話：03-1234-5678
2021年 3月 4日(木) 12:34
おにぎり鮭        ¥130
お茶 500ml        ¥108
小計              ¥238
合計              ¥238
お預り            ¥500
お釣              ¥262
""",
        {
            "/total": "238",
            "/subtotal": "238",
            "/date": "2021-03-04",
            "/time": "12:34",
            "/currency": "JPY",
            "/merchant/phone": "03-1234-5678",
        },
    ),
    Sample(
        "Sweden",
        """
      Livs Söder AB
      Götgatan 45
      116 21 Stockholm
 Datum: 2021-04-02  Tid: 16:20
 MJÖLK 1,5L            15,90
 KAFFE 450G            49,90
 Rabatt               -10,00
 Att betala SEK        55,80
 Kort                  55,80
""",
        {
            "/merchant/name": "Livs Söder AB",
            "/merchant/address": "Götgatan 45 116 21 Stockholm",
            "/total": "55.80",
            "/discount": "10.00",
            "/date": "2021-04-02",
            "/currency": "SEK",
            "/payment_method": "card",
        },
    ),
    Sample(
        "Türkiye",
        """
 GÜNEŞ MARKET LTD. ŞTİ.
 ATATÜRK CAD. NO:12 KADIKÖY/İSTANBUL
 TARİH: 15.03.2022   SAAT: 18:45
 FİŞ NO: 0123
 SÜT 1L   %8         *12,50
 EKMEK    %1          *5,00
 TOPKDV               *0,98
 TOPLAM              *17,50
 NAKİT               *20,00
 PARA ÜSTÜ            *2,50
""",
        {
            "/total": "17.50",
            "/tax": "0.98",
            "/date": "2022-03-15",
            "/currency": "TRY",
            "/receipt_number": "0123",
            "/payment_method": "cash",
        },
    ),
    Sample(
        "Oman",
        """
 HARBOUR GRILL MUSCAT
 03Jun'09 19:41
 1 Ribeye              6.900
 1 Chicken             5.200
 Total                12.100
""",
        {"/total": "12.100", "/date": "2009-06-03", "/currency": "OMR"},
    ),
)
