"""Robot Framework runs the keywords against a real service."""

from pathlib import Path

from robot.api import ExecutionResult
from robot.run import run  # type: ignore[import-untyped]

from vouch.cli.stack import Stack

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
SUITE = """*** Settings ***
Library    vouch.rpa.robot.Vouch    ${URL}    timeout=50

*** Test Cases ***
A Receipt Is Read
    ${record}=    Extract Record    ${SAMPLE}
    Should Not Be Empty    ${record}[data][total]
    Should Be Equal    ${record}[schema][name]    receipt

A Job Is Waited For
    ${job}=    Submit Picture    ${SAMPLE}
    ${record}=    Wait For Job    ${job}
    Should Be Equal    ${record}[id]    ${job}

What Is Not Accepted Fails
    ${record}=    Extract Record    ${SAMPLE}    schema=invoice
    Run Keyword And Expect Error    *    Should Be Accepted    ${record}    /due_date

A Problem Is Named By Its Code
    Run Keyword And Expect Error    invalid_request*    Extract Record    nowhere.png
    Run Keyword And Expect Error    job_not_found*    Wait For Job    ${{'0' * 32}}
    Run Keyword And Expect Error    unknown_schema*    Extract Record    ${SAMPLE}    schema=nothing
"""


def test_every_keyword_does_what_it_says(stack: Stack, tmp_path: Path) -> None:
    suite = tmp_path / "suite.robot"
    suite.write_text(SUITE)
    variables = [f"URL:{stack.url}", f"SAMPLE:{SAMPLE}"]
    code = run(str(suite), outputdir=str(tmp_path), variable=variables, stdout=None, console="none")
    told = ExecutionResult(str(tmp_path / "output.xml"))
    failed = [test.message for test in told.suite.all_tests if not test.passed]
    assert (code, failed) == (0, [])
