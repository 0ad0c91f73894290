"""Made-up invoices of several countries and habits, as they are printed."""

ENGLISH = """
Brightwell Tools Ltd                                    INVOICE
14 Mill Lane
LS1 4DY Leeds                                           Invoice No.      BT-20417
                                                        Invoice date     3 March 2024
Bill to:                                                Due date         2 April 2024
Harper & Sons                                           Customer No.     88123
7 Oak Road                                              Your order       PO-7781
M1 2AB Manchester

Description               Qty     Unit price     VAT     Total
Steel hammer              2       £12.50         20%     £25.00
Box of nails              10      £3.00          20%     £30.00

                                  Subtotal               £55.00
                                  VAT 20%                £11.00
                                  Total                  £66.00
                                  Deposit paid           £16.00
                                  Balance due            £50.00

VAT No. GB123456789     www.brightwelltools.co.uk
"""

FRENCH = """
Menuiserie Delorme SARL
12 rue des Lilas
69003 Lyon

FACTURE N° 2023-0415
Date de facture : 15/04/2023
Date d'échéance : 15/05/2023
Votre commande : C-5512

Client :
Mairie de Villefort
1 place de la République
48800 Villefort

Désignation               Quantité    Prix unitaire    Montant HT
Porte en chêne            2           1 250,00         2 500,00
Pose                      1           300,00           300,00

                                      Total HT         2 800,00 €
                                      TVA 20 %         560,00 €
                                      Total TTC        3 360,00 €
                                      Acompte versé    1 000,00 €
                                      Net à payer      2 360,00 €
IBAN FR76 3000 6000 0112 3456 7890 189
"""

GERMAN = """
Nordlicht Elektro GmbH · Hafenweg 3 · 24103 Kiel

Familie Petersen
Dorfstraße 8
24217 Schönberg

                                              Rechnungsdatum:   12.01.2025
                                              Kundennummer:     40077
                                              Lieferdatum:      10.01.2025

Gutschrift Nr. GS-1190
zu Rechnung Nr. R-1088 vom 02.01.2025

Bezeichnung               Menge    Einzelpreis    Betrag
Steckdose                 -4       9,50           -38,00

                                   Nettobetrag    -38,00 EUR
                                   19% MwSt       -7,22 EUR
                                   Gesamtbetrag   -45,22 EUR
"""

SPANISH = """
Frutas Olmedo S.L.
Calle Mayor 5
28013 Madrid
Factura nº: F-2291            Fecha: 07/09/2023
Cliente: Hotel Mirador S.A.
Base imponible                1.200,00 €
IVA 10%                       120,00 €
Total factura                 1.320,00 €
"""

ITALIAN = """
Officine Bruni S.r.l.
Via Garibaldi 21
20121 Milano
Fattura n. 118/A del 30/06/2023
Spett.le
Cantina Rosati
Corso Italia 9
50123 Firenze
Imponibile                    500,00
IVA 22%                       110,00
Totale documento              610,00 EUR
"""

DUTCH = """
Fietsenmaker Jansen B.V.
Factuurnummer: 20230188
Factuurdatum: 11-10-2023
Vervaldatum: 10-11-2023
Klantnummer: 5571
Subtotaal                     € 200,00
BTW 21%                       € 42,00
Totaal te betalen             € 242,00
"""

PORTUGUESE = """
Padaria Lusa Lda
Fatura n.º FT 2023/77
Data de emissão: 05-02-2023
Data de vencimento: 07-03-2023
Total sem IVA                 80,00 €
IVA 23%                       18,40 €
Total com IVA                 98,40 €
"""

POLISH = """
Faktura VAT nr FV/12/2023
Data wystawienia: 14.11.2023
Data sprzedaży: 10.11.2023
Termin płatności: 28.11.2023
Sprzedawca:                         Nabywca:
Meblo Sp. z o.o.                    Biuro Kowal
ul. Lipowa 4                        ul. Polna 9
00-950 Warszawa                     30-001 Kraków
Razem netto                   1 000,00 PLN
Kwota VAT                     230,00 PLN
Razem brutto                  1 230,00 PLN
Do zapłaty                    1 230,00 PLN
"""
