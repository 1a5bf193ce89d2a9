"""What secrets look like: one row a kind, each with the place that defines its form.

Only forms that nothing else has: a rule that weighs randomness would take every digest for a key.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_GITHUB = "https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns"
_FILLED_IN = (
    r"(?![{$<*%]|x{3}|X{3}|\.\.\.|…|(?i:your|example|placeholder|redacted|none|null)(?![A-Za-z]))"
)
_VALUE = rf"{_FILLED_IN}(?=[\w+/.~%-]*\d)[\w+/.~%-]"


class Rule(NamedTuple):
    """A kind of secret: what a sentence calls it, how it looks, and who says so.

    ``hints`` are strings in small letters, one of which every such secret holds; the pattern's group
    ``shown``, if it has one, is what a sentence may show of it.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    source: str


def _rule(kind: str, hints: str, pattern: str, source: str) -> Rule:
    return Rule(kind, tuple(hints.split()), re.compile(pattern), source)


RULES = (
    # clouds
    _rule("an access key of AWS", "akia asia abia acca", r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",
          "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"),
    _rule("a secret key of AWS", "secret", r"(?P<shown>(?i:secret_?access_?key)[\"']?\s*[:=]\s*[\"']?)[A-Za-z0-9+/]{40}(?![\w+/])",
          "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"),
    _rule("a key of Google", "aiza", r"\bAIza[\w-]{35}(?![\w-])",
          "https://cloud.google.com/docs/authentication/api-keys"),
    _rule("an OAuth secret of Google", "gocspx- ya29.", r"\b(?:GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})", _GITHUB),
    _rule("an account key of Azure", "accountkey= accesskey=", r"(?P<shown>(?i:(?:Account|SharedAccess)Key)=)[A-Za-z0-9+/%]{40,}={0,2}",
          "https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string"),
    _rule("a signed address of Azure", "sig=", r"(?P<shown>[?&;]sig=)(?=[\w%+/-]*[\dA-Z])[\w%+/-]{20,}",
          "https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview"),
    _rule("a client secret of Azure", "q~", r"(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])", _GITHUB),
    _rule("a signed address of a store", "-signature=", r"(?P<shown>(?i:X-(?:Amz|Goog)-Signature)=)[0-9a-f]{32,}",
          "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"),
    _rule("an access key of Alibaba Cloud", "ltai", r"\bLTAI[A-Za-z0-9]{16,26}\b", _GITHUB),
    _rule("a token of DigitalOcean", "dop_v1_ doo_v1_ dor_v1_", r"\bdo[opr]_v1_[0-9a-f]{64}\b",
          "https://docs.digitalocean.com/reference/api/create-personal-access-token/"),
    _rule("a token of Databricks", "dapi", r"\bdapi[0-9a-f]{32}(?:-\d)?\b",
          "https://docs.databricks.com/aws/en/dev-tools/auth/pat"),
    _rule("a token of a vault or of Terraform", "hvs. hvb. .atlasv1.", r"\b(?:hv[sb]\.[\w-]{20,}|\w{14}\.atlasv1\.[\w-]{40,})",
          "https://developer.hashicorp.com/vault/docs/concepts/tokens"),
    # code and packages
    _rule("a token of GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{30,}",
          "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github"),
    _rule("a fine-grained token of GitHub", "github_pat_", r"\bgithub_pat_\w{22,}",
          "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens"),
    _rule("a token of GitLab", "glpat- gloas- gldt- glrt glcbt- glptt- glft- glimt- glagent- glwt- glsoat- glffct-", r"\bgl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[\w.-]{20,}",
          "https://docs.gitlab.com/security/tokens/"),
    _rule("a token of a package registry", "npm_ pypi-age rubygems_ oy2 cio", r"\b(?:npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{16,}|rubygems_[0-9a-f]{48}|oy2[a-z0-9]{43}|cio[A-Za-z0-9]{32})(?![\w-])", _GITHUB),
    _rule("a token of a package registry's settings", "_authtoken _auth _password", r"(?P<shown>:_(?:authToken|auth|password)\s*=\s*)(?!\$)[\w+/=.-]{8,}",
          _GITHUB),
    _rule("a token of Docker Hub", "dckr_", r"\bdckr_(?:pat|oat)_[\w-]{20,}", "https://docs.docker.com/security/access-tokens/"),
    _rule("a token of Atlassian", "atatt3 atctt3", r"\bAT[AC]TT3[\w=.-]{20,}", _GITHUB),
    # messages
    _rule("a token of Slack", "xox xapp-", r"\b(?:xox[abceoprs](?:\.xox[bp])?-|xapp-)[\w-]{16,}",
          "https://docs.slack.dev/authentication/tokens"),
    _rule("a webhook of Slack", "hooks.slack", r"(?P<shown>\bhooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/)[\w/]{16,}",
          "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"),
    _rule("a webhook of Discord", "/webhooks/", r"(?P<shown>\bdiscord(?:app)?\.com/api/(?:v\d+/)?webhooks/)\d{16,}/[\w-]{40,}",
          "https://discord.com/developers/docs/resources/webhook"),
    _rule("a webhook of Teams", "webhook.office.com", r"(?P<shown>\bwebhook\.office\.com/webhookb2/)[\w@/-]{32,}",
          "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook"),
    _rule("a token of a Telegram bot", ":aa", r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])",
          "https://core.telegram.org/bots/api#authorizing-your-bot"),
    _rule("a key of Twilio", "sk ac", r"\b(?:SK|AC)[0-9a-f]{32}\b", "https://www.twilio.com/docs/iam/api-keys"),
    _rule("a key of SendGrid", "sg.", r"\bSG\.[\w-]{16,}\.[\w-]{32,}", "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys"),
    _rule("a key of Mailgun or Mailchimp", "key- -us", r"\b(?:key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2})\b", _GITHUB),
    # payment
    _rule("a key of Stripe", "_live_ _test_ whsec_", r"\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{16,})",
          "https://docs.stripe.com/keys"),
    _rule("a key of Square", "sq0 eaaa", r"(?<![\w+/-])(?:sq0(?:atp|csp|idp)-[\w-]{22,}|EAAA[El][\w-]{59})(?![\w+/=-])",
          "https://developer.squareup.com/docs/build-basics/access-tokens"),
    _rule("a key of Braintree or PayPal", "access_token$", r"\baccess_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}", _GITHUB),
    _rule("a key of Razorpay", "rzp_", r"\brzp_(?:live|test)_[A-Za-z0-9]{14,}", "https://razorpay.com/docs/payments/dashboard/account-settings/api-keys/"),
    _rule("a key of Shopify", "shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b", _GITHUB),
    _rule("a key of another payment service", "flwseck access- aqe", r"\b(?:FLWSECK(?:_TEST)?-[\w-]{20,}|access-(?:sandbox|development|production)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|AQE[A-Za-z0-9+/]{40,}=*)", _GITHUB),
    # services of data and of models
    _rule("a secret key (sk-…)", "sk-", r"(?<![\w-])sk-(?:(?:proj|svcacct|admin|ant|or|lf)-[\w-]{16,}|[A-Za-z0-9]{20,})", _GITHUB),
    _rule("a token of Hugging Face", "hf_", r"\bhf_[A-Za-z0-9]{30,}", "https://huggingface.co/docs/hub/security-tokens"),
    _rule("a key of a model's service", "gsk_ pplx- xai- r8_", r"\b(?:gsk_[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{60,}|r8_[A-Za-z0-9]{37})", _GITHUB),
    _rule("a token of Notion or Airtable", "ntn_ secret_ pat", r"\b(?:ntn_\w{40,}|secret_[A-Za-z0-9]{43}|pat[A-Za-z0-9]{14}\.[0-9a-f]{64})\b", _GITHUB),
    _rule("a token of Grafana", "glc_ glsa_", r"\b(?:glc_[\w+/=]{32,}|glsa_[A-Za-z0-9]{32}_[0-9a-f]{8})",
          "https://grafana.com/docs/grafana/latest/administration/service-accounts/"),
    _rule("a token of Mapbox", "sk.eyj", r"\bsk\.eyJ[\w-]{16,}\.[\w-]{16,}", "https://docs.mapbox.com/help/glossary/access-token/"),
    _rule("a subscription key of UN Comtrade", "subscription-key", rf"(?P<shown>(?i:\bsubscription-key)[\"']?\s*[=:,]\s*[\"']?){_VALUE}{{8,}}",
          "https://learn.microsoft.com/en-us/azure/api-management/api-management-subscriptions"),
    _rule("a key of the US Census Bureau", "key=", r"(?P<shown>[?&]key=)[0-9a-f]{40}\b",
          "https://www.census.gov/data/developers/guidance/api-user-guide.html"),
    _rule("a key of Kaggle", "\"key\"", r"(?P<shown>\"key\"\s*:\s*)\"[0-9a-f]{32}\"", "https://www.kaggle.com/docs/api"),
    _rule("a token of a conda channel", "/t/", r"(?P<shown>/t/)[a-z]{2}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/",
          "https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/channels.html"),
    _rule("a token of a host of programs", "lin_api_ figd_ pmak- sntry pul- nfp_ sbp_ pscale_ dp. nrak- dt0 akcp clojars_", r"\b(?:lin_api_[A-Za-z0-9]{32,}|figd_[\w-]{32,}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|sntry[su]_[\w+/=]{32,}|pul-[0-9a-f]{40}|nfp_[A-Za-z0-9]{36}|sbp_[0-9a-f]{40}|pscale_(?:tkn|pw|oauth)_[\w.-]{32,}|dp\.(?:pt|st|ct|sa)\.[\w.]{40,}|NRAK-[A-Z0-9]{27}|dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}|AKCp[A-Za-z0-9]{60,}|CLOJARS_[0-9a-z]{60})", _GITHUB),
    # what any service takes
    _rule("a signed token", "eyj", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}", "https://www.rfc-editor.org/rfc/rfc7519"),
    _rule("a private key", "begin putty-user-key-file age-secret-key-1", r"-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-\d|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}",
          "https://www.rfc-editor.org/rfc/rfc7468"),
    _rule("a password in an address", "://", rf"(?P<shown>\b[A-Za-z][A-Za-z0-9+-]{{0,20}}://[^\s/@:\"'<>{{}}]*:){_FILLED_IN}[^\s/@\"'<>]+@",
          "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1"),
    _rule("a sign-in for a program", "login curl", rf"(?P<shown>\bmachine\s+\S+\s+login\s+\S+\s+password\s+|\bcurl\b[^\n]{{0,200}}\s(?:-u|--user)[\s=]*[\"']?[^\s:\"']+:){_FILLED_IN}[^\s\"']{{4,}}",
          "https://everything.curl.dev/usingcurl/netrc.html"),
    _rule("the digest of a password", "$", r"(?<![\w$])\$(?:[156y]|2[abxy]|apr1|argon2id?)\$[\w./$=,+-]{20,}",
          "https://man7.org/linux/man-pages/man5/crypt.5.html"),
    _rule("a header that signs in", "basic bearer authorization", rf"(?P<shown>(?i:\bauthorization[\"']?\s*[:=,]\s*[\"']?\s*(?:basic|bearer|token|apikey)|\bbasic(?=\s+(?-i:[A-Za-z0-9+/]+=))|\bbearer(?=\s+(?=[\w.~+/-]*\d)[\w.~+/-]{{16}}))\s+){_FILLED_IN}[\w.~+/-]{{8,}}=*",
          "https://www.rfc-editor.org/rfc/rfc7617"),
    _rule("a key in an address", "key= token= sig= password= pwd= secret=", rf"(?P<shown>[?&;](?i:[\w-]*(?:key|token|secret|password|pwd))=){_VALUE}{{16,}}",
          "https://owasp.org/www-community/vulnerabilities/Information_exposure_through_query_strings_in_url"),
    _rule("a password or key", "key secret pass pwd token credential", rf"(?P<shown>(?<![a-z])(?i:(?:api|app|access|account|auth|client|private|secret|subscription)[_-]?(?:key|secret|token)|secret|token|credentials?|passw(?:or)?d|passphrase|pwd)[\"']?\]?\s*[:=]\s*[\"']?){_VALUE}{{12,}}",
          "https://docs.gitlab.com/user/application_security/secret_detection/"),
    _rule("a password", "pass pwd", rf"(?P<shown>(?<![a-z])(?i:(?:pg)?passw(?:or)?d|passphrase|pwd)[\"']?\]?\s*[:=]\s*)(?:[\"']{_FILLED_IN}[^\"'\s{{}}]{{6,}}[\"']|{_VALUE}{{8,}})",
          "https://cwe.mitre.org/data/definitions/798.html"),
)  # fmt: skip


def secrets_in(text: str) -> Iterator[tuple[str, str, str]]:
    """Every kind of secret that the text holds, once: the kind, what may be shown of it, and the
    secret itself, which nobody may print."""
    small = text.lower()
    for rule in RULES:
        if any(hint in small for hint in rule.hints) and (found := rule.pattern.search(text)):
            shown = found.groupdict().get("shown") or found[0][:4]
            yield rule.kind, f"{' '.join(shown.split())[:40]}…", found[0]
