"""The OpenAPI document against a real stack: what it allows is sent, and what it does not.

`make schemathesis` is the long form.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from vouch.cli.stack import Stack
from vouch.schemas.tenant import Tenant
from vouch.storage.keyring import Keyring
from vouch.storage.settings import StorageSettings

SAMPLE = Path(__file__).parents[2] / "samples" / "receipt.jpg"
HOOKS = """
import schemathesis


@schemathesis.hook
def filter_body(context, body):
    # a form cannot say an empty list: the field is not sent at all, which is no fault
    return not (isinstance(body, dict) and any(value == [] for value in body.values()))
"""
CONFIG = """
hooks = "hooks.py"

[[operations]]
# whether a schema is good, a URL leads somewhere and a job exists, no OpenAPI document can say
include-name = ["POST /v1/jobs", "POST /v1/batches", "PUT /v1/schemas/{{name}}"]
checks.positive_data_acceptance.enabled = false

[[operations]]
include-name = ["GET /v1/jobs/{{job_id}}/evidence.png", "GET /v1/jobs/{{job_id}}/pages/{{name}}"]
parameters = {{ job_id = "{done}", name = "1.png", pointer = "/total" }}
# the job is not the one that was created before, and may have been deleted by way of the list
checks.ensure_resource_availability.enabled = false

[[operations]]
include-name = ["POST /v1/jobs/{{job_id}}/cancel", "POST /v1/jobs/{{job_id}}/deliveries:replay"]
parameters = {{ job_id = "{done}" }}
checks.ensure_resource_availability.enabled = false

[[operations]]
include-name = "POST /v1/jobs/{{job_id}}/replay"
parameters = {{ job_id = "{failed}" }}
checks.ensure_resource_availability.enabled = false
"""


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    with Keyring.at(StorageSettings(redis_url=stack.redis_url)) as keyring:
        return keyring.create(Tenant(name="tester"), {"admin"})[1]


def ended(client: httpx.Client, content: bytes) -> str:
    """The id of a job that has been done."""
    answer = client.post("/v1/jobs", files={"file": ("shop.jpg", content)})
    job: dict[str, Any] = client.get(answer.headers["location"], params={"wait": 50}).json()
    assert job["status"] in ("succeeded", "failed")
    return str(job["id"])


def schemathesis(stack: Stack, key: str, folder: Path, *options: str) -> dict[str, int]:
    """Run it with all phases and checks; what it counted. Fails with its report."""
    headers = {"X-API-Key": key}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=60, trust_env=False) as client:
        done, failed = ended(client, SAMPLE.read_bytes()), ended(client, b"no picture")
    config = folder / "schemathesis.toml"
    folder.joinpath("hooks.py").write_text(HOOKS)
    config.write_text(CONFIG.format(done=done, failed=failed))
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={config}",
        "run",
    ]
    always = [
        f"{stack.url}/openapi/openapi.json", f"--header=X-API-Key: {key}", "--no-color",
        "--request-timeout=30", "--continue-on-failure",
    ]  # fmt: skip
    ran = subprocess.run(
        [*command, *always, *options], capture_output=True, text=True, cwd=folder, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    counted = re.search(r"(\d+) generated, (\d+) passed", ran.stdout)
    assert counted is not None, ran.stdout
    return {"requests": int(counted[1]), "passed": int(counted[2])}


def test_every_answer_is_documented(stack: Stack, key: str, tmp_path: Path) -> None:
    counted = schemathesis(stack, key, tmp_path, "--max-examples=6", "--generation-deterministic")
    assert counted["requests"] > 300
    assert not [line for line in api_log(stack) if line["level"] == "error"]


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_answer_is_documented_at_length(
    stack: Stack, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = schemathesis(stack, key, tmp_path, "--max-examples=400", "--generation-database=none")
    with capsys.disabled():
        print("\n" + json.dumps(counted))  # noqa: T201  # the figure of the issue's bar
    assert not [line for line in api_log(stack) if line["level"] == "error"]


def api_log(stack: Stack) -> list[dict[str, Any]]:
    lines = (stack.logs / "api.log").read_text().split("\n")  # splitlines cuts at more than that
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_every_reference_of_the_document_leads_somewhere(stack: Stack) -> None:
    document = httpx.get(f"{stack.url}/openapi/openapi.json", trust_env=False).json()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named <= set(document["components"]["schemas"])
    assert {"Record", "JobView", "BatchView", "PagePart", "Problem"} <= named
    assert "schema" in document["components"]["schemas"]["Record"]["properties"]


def test_every_refusal_is_a_problem(stack: Stack) -> None:
    document = httpx.get(f"{stack.url}/openapi/openapi.json", trust_env=False).json()
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert set(answer["content"]) == {"application/problem+json"}
                if status in ("429", "503"):
                    assert answer["headers"]["Retry-After"]["required"]
