"""Every kind of secret is known by its form, and what only resembles one is let through."""

import random
import string
from array import array
from base64 import b64encode, urlsafe_b64encode

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.report.secrets import RULES, secrets_in

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
_random = random.Random(7)


def some(length: int, signs: str = LETTERS) -> str:
    """Signs as a key has them, made anew in every run so that no scanner finds one in this file."""
    return "7" + "".join(_random.choice(signs) for _ in range(length - 1))


A, H = some, lambda length: some(length, HEX)

# kind: (secrets, what only resembles one)
CASES = {
    "an access key of AWS": (
        ["AKIA" + "ABCD1234" * 2, "ASIA" + "Z2Y3X4W5" * 2],
        ["AKIA in capitals", "AKIA1234", "BAKIA" + "ABCD1234" * 2],
    ),
    "a secret key of AWS": (
        ["aws_secret_access_key = " + A(40), '"SecretAccessKey": "' + A(40) + '"'],
        ["aws_secret_access_key = (see the vault)", A(40)],
    ),
    "a key of Google": (["AIza" + A(35)], ["AIza" + A(20), "AIza" + A(50)]),
    "an OAuth secret of Google": (["GOCSPX-" + A(28), "ya29." + A(60)], ["ya29.5", "GOCSPX-x"]),
    "an account key of Azure": (
        [f"DefaultEndpointsProtocol=https;AccountName=x;AccountKey={A(86)}==", f"SharedAccessKey={A(43)}="],
        ["AccountKey=…", "AccountKey=none"],
    ),
    "a signed address of Azure": (
        [f"https://x.blob.example/c?sv=2024-01-01&sig={A(20)}%2B{A(20)}%3D"],
        ["https://x.example/?sig=small"],
    ),
    "a client secret of Azure": (["abc8Q~" + A(34)], ["Q~ for short"]),
    "a signed address of a store": (
        ["https://b.example/k?X-Amz-Signature=" + H(64), "?X-Goog-Signature=" + H(64)],
        ["X-Amz-Signature=unsigned", "sha256=" + H(64)],
    ),
    "an access key of Alibaba Cloud": (["LTAI" + A(20)], ["LTAI5"]),
    "a token of DigitalOcean": (["dop_v1_" + H(64)], ["dop_v1_" + H(10)]),
    "a token of Databricks": (["dapi" + H(32)], ["dapi" + H(12), "dapi of a kind"]),
    "a token of a vault or of Terraform": (
        ["hvs." + A(24), A(14) + ".atlasv1." + A(60)],
        ["hvs.5", "x.atlasv1.y"],
    ),
    "a token of GitHub": (["ghp_" + A(36), "ghs_" + A(36)], ["ghp_" + A(8), "weighp_" + A(36)]),
    "a fine-grained token of GitHub": (["github_pat_" + A(22) + "_" + A(59)], ["github_pat_x"]),
    "a token of GitLab": (["glpat-" + A(20), "glrt-" + A(20)], ["glpat-x", "glass-" + A(20)]),
    "a token of a package registry": (
        ["npm_" + A(36), "pypi-AgEIcHlw" + A(80), "rubygems_" + H(48)],
        ["npm_config_cache", "pypi-server", "rubygems_path"],
    ),
    "a token of a package registry's settings": (
        ["//packages.example/:_authToken=" + A(24)],
        ["//packages.example/:_authToken=${TOKEN}"],
    ),
    "a token of Docker Hub": (["dckr_pat_" + A(27)], ["dckr_pat_x"]),
    "a token of Atlassian": (["ATATT3x" + A(60)], ["ATATT3"]),
    "a token of Slack": (
        ["xoxb-1234567890-" + A(24), "xapp-1-" + A(24)],
        ["xoxb-short", "foxox-" + A(20)],
    ),
    "a webhook of Slack": (
        ["https://hooks.slack.com/services/" + "T00000000/B00000000/" + A(24)],
        ["https://hooks.slack.com/services/"],
    ),
    "a webhook of Discord": (
        ["https://discord.com/api/webhooks/" + "1" * 18 + "/" + A(60)],
        ["https://discord.com/api/webhooks/"],
    ),
    "a webhook of Teams": (
        ["https://x.webhook.office.com/webhookb2/" + H(32) + "@" + H(32)],
        ["https://x.webhook.office.com/webhookb2/"],
    ),
    "a token of a Telegram bot": (["1234567890:AA" + A(33)], ["12345678:AA", "1" * 9 + ":" + A(35)]),
    "a key of Twilio": (["SK" + H(32), "AC" + H(32)], ["SK" + H(31), H(32), "ASK" + H(32)]),
    "a key of SendGrid": (["SG." + A(22) + "." + A(43)], ["SG.5", "SG. and others"]),
    "a key of Mailgun or Mailchimp": (["key-" + H(32), H(32) + "-us14"], [H(32), "key-facts"]),
    "a key of Stripe": (
        ["sk_live_" + A(24), "rk_test_" + A(24), "whsec_" + A(32)],
        ["pk_live_" + A(24), "sk_live_", "risk_test_" + A(24)],
    ),
    "a key of Square": (["sq0csp-" + A(43), "EAAAE" + A(59)], ["sq0csp-x", "EAAA" + A(20), "EAAAA" + A(80)]),
    "a key of Braintree or PayPal": (
        ["access_token$production$" + some(16, HEX) + "$" + H(32)],
        ["access_token$production$"],
    ),
    "a key of Razorpay": (["rzp_live_" + A(14)], ["rzp_live_x"]),
    "a key of Shopify": (["shpat_" + H(32)], ["shpat_x", "shpat_" + H(12)]),
    "a key of another payment service": (
        ["FLWSECK-" + H(32) + "-X", "access-production-" + "-".join(map(H, (8, 4, 4, 4, 12)))],
        ["FLWSECK", "access-production-" + H(12), "AQE of 2024"],
    ),
    "a key of Kaggle": (['{"username": "ana", "key": "' + H(32) + '"}'], ['"key": "' + H(64) + '"', '"key": "x"']),
    "a token of a conda channel": (
        ["https://conda.example/t/tk-" + "-".join(map(H, (8, 4, 4, 4, 12))) + "/main"],
        ["https://conda.example/t/tk-5/main"],
    ),
    "a token of a host of programs": (
        ["lin_api_" + A(40), "pul-" + H(40), "NRAK-" + some(27, string.ascii_uppercase), "dp.pt." + A(43), "sbp_" + H(40)],
        ["lin_api_x", "pulp-" + H(40), "dp.part", "sbp_" + H(12)],
    ),
    "a sign-in for a program": (
        ["machine x.example login ana password hunter", "curl -s -u ana:" + "hunter https://x.example"],
        ["machine made, login and password are asked for", "curl -u {user}:{word} https://x.example"],
    ),
    "the digest of a password": (
        ["root:$6$" + A(16) + "$" + A(86), "$2b$12$" + A(53)],
        ["US$6, $5 and $7", "$y$ and $x$", "$1$ a piece"],
    ),
    "a secret key (sk-…)": (
        ["sk-" + A(48), "sk-proj-" + A(20) + "-" + A(20), "sk-ant-api03-" + A(60)],
        ["sk-learn", "task-" + A(48), "sk-estimator-doc-link-of-a-model"],
    ),
    "a token of Hugging Face": (["hf_" + A(34)], ["hf_hub_download", "half_" + A(34)]),
    "a key of a model's service": (["gsk_" + A(52), "r8_" + A(37)], ["gsk_x", "r8_7"]),
    "a token of Notion or Airtable": (["ntn_" + A(46), "pat" + A(14) + "." + H(64)], ["ntn_x", "pattern.x"]),
    "a token of Grafana": (["glc_" + A(40), "glsa_" + A(32) + "_" + H(8)], ["glc_x", "glsa_" + A(32)]),
    "a token of Mapbox": (["sk.eyJ" + A(60) + "." + A(22)], ["sk.eyJ"]),
    "a subscription key of UN Comtrade": (
        ["https://x.example/data?subscription-key=" + H(32), "'Ocp-Apim-Subscription-Key': '" + H(32) + "'"],
        ["subscription-key={key}", "a subscription-key, for twelve months a call"],
    ),
    "a key of the US Census Bureau": (
        ["https://x.example/data?get=ALL&key=" + H(40)],
        ["https://x.example/data?get=ALL&key=YOUR_KEY", H(40)],
    ),
    "a signed token": (
        ["eyJhbGciOiJ9." + "eyJzdWIiOiJ9." + A(40)],
        ["eyJ.eyJ.x", "eyJhbGciOiJ9." + A(20)],
    ),
    "a private key": (
        ["-----BEGIN " + kind + "PRIVATE KEY-----" for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")]
        + ["-----BEGIN PGP PRIVATE KEY " + "BLOCK-----", "PuTTY-User-Key-File-" + "3: ssh-rsa",
           "---- BEGIN SSH2 ENCRYPTED " + "PRIVATE KEY ----"],
        ["-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "begin with a private key"],
    ),
    "a password in an address": (
        ["postgresql://ana:" + "w0rd@db.example/trade", "redis://:" + "word@cache.example:6379", "https://u:" + "p%40@x.example"],
        ["postgresql://{user}:{password}@db", "https://x.example:8080/@ana", "https://x.example/a:b@c", "postgresql://ana:$PGPASSWORD@db"],
    ),
    "a header that signs in": (
        ["Authorization: Basic " + b64encode(b"ana:word").decode(), '{"Authorization": "Bearer ' + A(30) + '"}', "curl -H 'authorization: token " + A(20) + "'", "Bearer " + A(30)],
        ["Authorization: Bearer {token}", "Basic chemicals", "bearer bonds of 2024", "Authorization: see the manual"],
    ),
    "a key in an address": (
        ["https://x.example/v1?apikey=" + A(20), "?format=csv&access_token=" + A(32)],
        ["https://x.example/v1?key=TOTAL", "?token={token}", "?sort_key=value_of_exports", "?apikey=YOUR_API_KEY_2024_HERE"],
    ),
    "a password or key": (
        ["api_key: " + A(20), "CLIENT_SECRET='" + A(20) + "'", '"token": "' + A(32) + '"', "FRED_API_KEY=" + H(32)],
        ["token = next_line_of_file", "api_key = os.environ['KEY']", "api_key = 'your-key-of-20-letters'", "the key: 847150, 847330, 852910"],
    ),
    "a password": (
        ["password = 'hunter'", "PGPASSWORD: hunter2xyz", "pwd=hunter2xyz"],
        ["password = None", "Password: required", "password='{word}'", "a password of eight letters"],
    ),
}  # fmt: skip


def test_every_kind_has_its_cases():
    assert set(CASES) == {rule.kind for rule in RULES}
    assert all(rule.source.startswith("https://") for rule in RULES)


@pytest.mark.parametrize("kind", CASES)
def test_a_secret_is_found_and_not_shown(kind):
    for secret in CASES[kind][0]:
        found = {name: shown for name, shown, _ in secrets_in(f"before {secret} after\n")}
        assert kind in found, secret
        for shown in found.values():
            assert len(shown.removesuffix("…")) <= len(secret) - 4 or secret.startswith("--")


@pytest.mark.parametrize("kind", CASES)
def test_what_only_resembles_one_is_none(kind):
    for text in CASES[kind][1]:
        assert [
            name for name, _, _ in secrets_in(f"before {text} after\n") if name == kind
        ] == [], text


PACKED = st.one_of(
    st.lists(st.integers(-9, 300), max_size=60).map(lambda held: array("i", held).tobytes()),
    st.lists(st.floats(width=32), max_size=60).map(lambda held: array("f", held).tobytes()),
)


@given(PACKED)
def test_packed_numbers_are_no_secrets(content):
    """In base64 they are full of the letter A."""
    for shift in range(3):
        text = b64encode(bytes(shift) + content).decode()
        assert list(secrets_in(f"{text}\n/{text}+{text}")) == []


def test_a_parquet_file_is_no_secret():
    """Its schema stands in it in base64, and begins as keys of some services do."""
    table = pd.DataFrame({"month": ["2024-01"], "value": [1.5], "codes": [7]})
    assert list(secrets_in(table.to_parquet().decode("latin-1"))) == []


@given(st.binary(min_size=8, max_size=80), st.sampled_from(["hex", "base64", "url", "words"]))
def test_digests_and_figures_are_no_secrets(content, form):
    text = {
        "hex": content.hex(),
        "base64": b64encode(content).decode(),
        "url": urlsafe_b64encode(content).decode(),
        "words": " ".join(f"{byte / 7:,.3f}" for byte in content),
    }[form]
    assert list(secrets_in(f"SHA-256 {text} of months.csv,\n{text}\t{text}")) == []
