import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.workers.stages.readers.answer.kinds import asked, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is the total?", "reading"),
        ("What's the invoice number?", "reading"),
        ("Invoice number?", "reading"),
        ("Who is the seller?", "reading"),
        ("When is it due?", "reading"),
        ("What type of card was used?", "reading"),
        ("Wie hoch ist die Summe?", "reading"),
        ("Quel est le montant total ?", "reading"),
        ("¿Cuál es el importe?", "reading"),
        ("Is the newsletter checked?", "check"),
        ("Gibt es einen Abmelden-Knopf?", "check"),
        ("Y a-t-il un bouton Envoyer ?", "check"),
        ("How many buttons are there?", "counting"),
        ("Combien de pages ?", "counting"),
        ("What is the number of pages?", "counting"),
        ("What is the number of the chip?", "reading"),
        ("Where is the Submit button?", "location"),
        ("Wo steht das Datum?", "location"),
        ("What kind of document is this?", "classification"),
        ("Was für ein Dokument ist das?", "classification"),
        ("What is this?", "classification"),
        ("Why did it fail?", "free"),
        ("How do I get out of here again?", "free"),
        ("At what time was it bought?", "reading"),
        ("Bis wann ist zu zahlen?", "reading"),
        ("Could you please tell me the total?", "reading"),
        ("Was it paid?", "check"),
        ("Was ist das für ein Betrag?", "reading"),
        ("Le total est-il correct ?", "check"),
        ("Turn it on", "reading"),
        ("En quelle devise a-t-on payé ?", "reading"),
        ("Is it a photo or a letter?", "classification"),
        ("Is the box on or off?", "check"),
        ("Was a tip given, and how much?", "reading"),
        ("Gibt es Rabatt, und wie viel?", "reading"),
        ("Is what we bought and what we paid here?", "check"),
        ("Auf welcher Seite steht die Summe?", "location"),
        ("¿Se pagó en efectivo?", "check"),
        ("Que dois-je faire ?", "free"),
        ("please tell the story behind this page of text", "free"),
    ],
)
def test_a_questions_kind_is_judged_by_how_it_begins(question: str, kind: str) -> None:
    assert kind_of(question) == kind


def test_what_a_question_is_about_is_what_its_little_words_leave() -> None:
    topic = asked("What is the name of the customer on this invoice?").topic
    assert [word.plain for word in topic] == ["name", "customer", "invoice"]


@given(st.text(max_size=80))
def test_any_text_is_of_some_kind(question: str) -> None:
    assert asked(question).rest is not None
