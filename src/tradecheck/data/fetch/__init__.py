"""Months from the publishers' interfaces: asked once, kept as received, whole or with each gap named.

A service is one module with one `Service` (see `service.py`), and nothing else knows its shapes:

    calendar(line, asked)   what the service says is out: by reporter and month a `Release`
    blocks(missing)         the calls that answer what is missing, each a `Block`
    ask(line, block)        one call; the answer, checked: raises `Trouble` for anything else
    rows(block, body)       a kept answer as `Row`s, whose `raw` is what the raw file gets

`line.Line` is the wire to a service (pace, retries, limits, secrets), `kept.Kept` the answers as
received, `run.fetch` asks what is missing until two calendars agree, `states` says how each cell
ended, `plan` what would be asked. A vintage is a reporter's month in one release; it counts where
every code was asked in it and a calendar read later still names that release.
"""
