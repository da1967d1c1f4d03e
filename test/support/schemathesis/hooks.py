"""What schemathesis can't know of the API by itself. See run.sh."""

import schemathesis
import schemathesis.core

# A refusal is HTTP 200 with a status_code that isn't 0: as codes of HTTP, of which the checks know
# what to think. 1xxx is about the request, everything else about what it would have done.
UNREADABLE, NOT_LOGGED_IN = 1001, 1005
STATUSES = {NOT_LOGGED_IN: 401, 1006: 403}


def code_of(response):
    try:
        return response.json()["status_code"]
    except (ValueError, KeyError, TypeError):
        return 0


@schemathesis.hook
def after_call(context, case, response):
    code = code_of(response)
    if response.status_code != 200 or code == 0:
        return
    # What no pattern can say: a cursor leads somewhere only if a page gave it, and the names and
    # passwords that somebody may take are those of RFC 8265.
    opaque = "cursor" in (case.query or {}) or case.path.endswith("/register/")
    response.status_code = STATUSES.get(code, 400 if code < 2000 and not opaque else 409)


@schemathesis.hook
def filter_case(context, case):
    """Without a body the parameters have to be in the query, which isn't documented for a POST."""
    return case.method != "POST" or not isinstance(case.body, schemathesis.core.NotSet)


@schemathesis.check
def refused_without_token(context, response, case):
    """In the place of `ignored_auth`, which takes HTTP 200 for consent."""
    security = case.operation.definition.raw.get("security", [])
    asked_as_documented = case.method.upper() == case.operation.method.upper()
    if not security or {} in security or not asked_as_documented or "token" in (case.query or {}):
        return
    bare = case.call(headers={"Authorization": ""})
    # What can't be read is refused before anybody is looked for in it.
    assert code_of(bare) in (UNREADABLE, NOT_LOGGED_IN), f"without a token: {bare.text[:200]}"
