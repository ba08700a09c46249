#!/usr/bin/env python3
"""Works out with Python's zoneinfo when schedules are due, and prints schedule_times.sql with that.

It goes the long way on purpose: from the first run on, one run after the other. A wall clock that
jumps over a time is found by looking at every second of the jump.

    Tests/SQLTests/schedule_times.py >Tests/SQLTests/schedule_times.sql
"""

import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

SECONDS = {"minutes": 60, "hours": 3600}
DAYS = {"days": 1, "weeks": 7}


def instant(wall, zone):
    """The first instant at which the wall clock shows this, or has just jumped over it."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    moment = first - timedelta(days=2)
    step = timedelta(hours=1)
    while True:
        shown = (moment + step).astimezone(zone).replace(tzinfo=None)
        if shown <= wall:
            moment += step
        elif step > timedelta(seconds=1):
            step = timedelta(minutes=1) if step > timedelta(minutes=1) else timedelta(seconds=1)
        else:
            return moment + step


def next_run(first, name, every, unit, after):
    """The first of the schedule's runs after an instant; None where there is none."""
    zone = ZoneInfo(name)
    run, count = instant(first, zone), 0
    while run <= after:
        count += 1
        if unit is None:
            return None
        if unit in SECONDS:
            run += timedelta(seconds=every * SECONDS[unit])
        else:
            run = instant(first + timedelta(days=every * DAYS[unit] * count), zone)
    return run


# What it is about; first run by the wall clock; zone; every; unit; after (UTC).
CASES = [
    ("the first run lies ahead", "2026-01-10 12:00:00", "Europe/Berlin", 1, "days", "2026-01-01 00:00:00"),
    ("a single run ahead", "2026-07-10 12:00:00", "Europe/Berlin", -1, None, "2026-07-10 09:59:59"),
    ("a single run that is now is over", "2026-07-10 12:00:00", "Europe/Berlin", -1, None, "2026-07-10 10:00:00"),
    ("a single run in a gap", "2026-03-29 02:30:00", "Europe/Berlin", -1, None, "2026-03-28 00:00:00"),
    ("a run that is due now comes again a day later", "2026-01-01 12:00:00", "UTC", 1, "days", "2026-01-05 12:00:00"),
    ("a second before it is due", "2026-01-01 12:00:00", "UTC", 1, "days", "2026-01-05 11:59:59"),
    ("a second after", "2026-01-01 12:00:00", "UTC", 1, "days", "2026-01-05 12:00:01"),
    # Spring.
    ("Berlin, the day before the gap", "2026-03-01 02:30:00", "Europe/Berlin", 1, "days", "2026-03-27 12:00:00"),
    ("Berlin, the gap: right after it", "2026-03-01 02:30:00", "Europe/Berlin", 1, "days", "2026-03-28 12:00:00"),
    ("Berlin, once in the gap", "2026-03-01 02:30:00", "Europe/Berlin", 1, "days", "2026-03-29 01:00:00"),
    ("Berlin, half past the gap's end is no run", "2026-03-01 02:30:00", "Europe/Berlin", 1, "days", "2026-03-29 01:29:59"),
    ("Berlin, the gap's first second", "2026-03-01 02:00:00", "Europe/Berlin", 1, "days", "2026-03-28 12:00:00"),
    ("Berlin, the gap's last second", "2026-03-01 02:59:59", "Europe/Berlin", 1, "days", "2026-03-28 12:00:00"),
    ("Berlin, the second before the gap", "2026-03-01 01:59:59", "Europe/Berlin", 1, "days", "2026-03-28 12:00:00"),
    ("Berlin, the second after the gap", "2026-03-01 03:00:00", "Europe/Berlin", 1, "days", "2026-03-28 12:00:00"),
    ("New York, the gap", "2026-03-01 02:30:00", "America/New_York", 1, "days", "2026-03-08 00:00:00"),
    ("New York, after the gap", "2026-03-01 02:30:00", "America/New_York", 1, "days", "2026-03-08 07:00:00"),
    ("US/Pacific, the gap", "2026-03-01 02:15:00", "US/Pacific", 1, "days", "2026-03-07 12:00:00"),
    ("Lord Howe, a gap of half an hour", "2026-10-01 02:15:00", "Australia/Lord_Howe", 1, "days", "2026-10-03 00:00:00"),
    ("Sydney, spring in October", "2026-10-01 02:30:00", "Australia/Sydney", 1, "days", "2026-10-03 00:00:00"),
    ("Havana, a gap at midnight", "2026-03-01 00:30:00", "America/Havana", 1, "days", "2026-03-07 12:00:00"),
    ("Troll, a gap of two hours", "2026-03-01 01:30:00", "Antarctica/Troll", 1, "days", "2026-03-28 12:00:00"),
    ("Apia, a day that was left out", "2011-12-01 02:30:00", "Pacific/Apia", 1, "days", "2011-12-29 12:30:00"),
    ("Apia, the day after it", "2011-12-01 02:30:00", "Pacific/Apia", 1, "days", "2011-12-30 10:00:00"),
    ("a week whose day has the gap", "2026-03-01 02:30:00", "Europe/Berlin", 1, "weeks", "2026-03-28 00:00:00"),
    ("every two days over the gap", "2026-03-27 02:30:00", "Europe/Berlin", 2, "days", "2026-03-28 00:00:00"),
    # Autumn.
    ("Berlin, the hour that comes twice: the first", "2026-10-01 02:30:00", "Europe/Berlin", 1, "days", "2026-10-24 12:00:00"),
    ("Berlin, once only", "2026-10-01 02:30:00", "Europe/Berlin", 1, "days", "2026-10-25 00:30:00"),
    ("Berlin, between the two", "2026-10-01 02:30:00", "Europe/Berlin", 1, "days", "2026-10-25 01:00:00"),
    ("Berlin, after the second", "2026-10-01 02:30:00", "Europe/Berlin", 1, "days", "2026-10-25 01:30:00"),
    ("Berlin, the doubled hour's first second", "2026-10-01 02:00:00", "Europe/Berlin", 1, "days", "2026-10-24 12:00:00"),
    ("Berlin, the second after the doubled hour", "2026-10-01 03:00:00", "Europe/Berlin", 1, "days", "2026-10-24 12:00:00"),
    ("New York, the doubled hour", "2026-10-01 01:30:00", "America/New_York", 1, "days", "2026-10-31 12:00:00"),
    ("New York, once only", "2026-10-01 01:30:00", "America/New_York", 1, "days", "2026-11-01 05:30:00"),
    ("Lord Howe, half an hour twice", "2026-04-01 01:45:00", "Australia/Lord_Howe", 1, "days", "2026-04-04 00:00:00"),
    ("Havana, back over midnight", "2026-10-25 00:30:00", "America/Havana", 1, "days", "2026-10-31 12:00:00"),
    ("Azores, back over midnight", "2026-10-20 00:30:00", "Atlantic/Azores", 1, "days", "2026-10-24 12:00:00"),
    ("St. John's, back over midnight", "2010-11-01 23:30:00", "America/St_Johns", 1, "days", "2010-11-07 02:15:00"),
    ("St. John's, between the two", "2010-11-01 23:30:00", "America/St_Johns", 1, "days", "2010-11-07 02:45:00"),
    # The clock is put over, and stays.
    ("Istanbul, summer time for ever", "2016-09-01 02:30:00", "Europe/Istanbul", 1, "days", "2016-11-06 12:00:00"),
    ("Caracas, half an hour once", "2016-04-01 02:45:00", "America/Caracas", 1, "days", "2016-04-30 12:00:00"),
    ("Pyongyang, half an hour at midnight", "2018-04-01 23:45:00", "Asia/Pyongyang", 1, "days", "2018-05-03 20:00:00"),
    ("Casablanca, before the month of fasting", "2026-02-01 02:30:00", "Africa/Casablanca", 1, "days", "2026-02-14 12:00:00"),
    ("Kathmandu, a quarter of an hour", "2026-02-01 02:30:00", "Asia/Kathmandu", 1, "days", "2026-02-14 12:00:00"),
    ("Kiritimati, fourteen hours ahead", "2026-02-01 00:00:00", "Pacific/Kiritimati", 1, "days", "2026-02-14 10:00:00"),
    ("Midway, eleven hours behind", "2026-02-01 23:59:59", "Pacific/Midway", 1, "days", "2026-02-14 10:59:58"),
    ("CET has summer time", "2026-01-01 12:00:00", "CET", 1, "days", "2026-07-01 00:00:00"),
    ("EET has summer time", "2026-01-01 12:00:00", "EET", 1, "days", "2026-07-01 00:00:00"),
    ("WET has summer time", "2026-01-01 12:00:00", "WET", 1, "days", "2026-07-01 00:00:00"),
    ("MET has summer time", "2026-01-01 12:00:00", "MET", 1, "days", "2026-07-01 00:00:00"),
    ("GMT has none", "2026-01-01 12:00:00", "GMT", 1, "days", "2026-07-01 00:00:00"),
    ("US/Central", "2026-01-01 12:00:00", "US/Central", 1, "days", "2026-07-01 00:00:00"),
    # Minutes and hours pass; no clock matters.
    ("every hour over the gap", "2026-03-28 23:30:00", "Europe/Berlin", 1, "hours", "2026-03-29 00:30:00"),
    ("every hour over the gap, after it", "2026-03-28 23:30:00", "Europe/Berlin", 1, "hours", "2026-03-29 01:30:00"),
    ("every hour in the doubled hour", "2026-10-24 23:30:00", "Europe/Berlin", 1, "hours", "2026-10-25 00:30:00"),
    ("every 24 hours moves with the clock", "2026-03-20 02:30:00", "Europe/Berlin", 24, "hours", "2026-03-29 12:00:00"),
    ("every 6 hours", "2026-03-28 00:00:00", "Europe/Berlin", 6, "hours", "2026-03-29 03:00:00"),
    ("every 45 minutes", "2026-03-28 23:30:00", "Europe/Berlin", 45, "minutes", "2026-03-29 01:10:00"),
    ("every minute", "2026-10-25 00:00:00", "Europe/Berlin", 1, "minutes", "2026-10-25 00:59:59"),
    ("every minute, when it is due", "2026-10-25 00:00:00", "Europe/Berlin", 1, "minutes", "2026-10-25 01:00:00"),
    ("every hour, begun in a gap", "2026-03-29 02:30:00", "Europe/Berlin", 1, "hours", "2026-03-29 05:00:00"),
    # Leap days, ends of months and years.
    ("to a leap day", "2028-02-01 04:00:00", "Europe/London", 1, "days", "2028-02-28 12:00:00"),
    ("from a leap day", "2028-02-29 04:00:00", "Europe/London", 1, "days", "2028-02-29 12:00:00"),
    ("no leap day", "2026-02-28 04:00:00", "Europe/London", 1, "days", "2026-02-28 12:00:00"),
    ("2100 has no leap day", "2100-02-28 04:00:00", "Asia/Tokyo", 1, "days", "2100-02-28 12:00:00"),
    ("a week over a leap day", "2028-02-24 04:00:00", "America/New_York", 1, "weeks", "2028-02-28 12:00:00"),
    ("every 30 days over a leap day", "2028-02-01 04:00:00", "America/New_York", 30, "days", "2028-02-28 12:00:00"),
    ("every 365 days over a leap year", "2027-03-01 04:00:00", "America/New_York", 365, "days", "2027-06-01 00:00:00"),
    ("over the end of a month", "2026-04-29 23:59:59", "America/Sao_Paulo", 1, "days", "2026-05-01 02:59:59"),
    ("every two weeks over the end of a month", "2026-01-20 01:00:00", "Europe/Paris", 2, "weeks", "2026-01-25 00:00:00"),
    ("New Year's Eve there, New Year here", "2026-12-31 23:30:00", "America/Los_Angeles", 1, "days", "2026-12-31 12:00:00"),
    ("over the end of a year", "2026-12-01 00:00:00", "Pacific/Auckland", 1, "days", "2026-12-31 10:59:59"),
    ("every week over the end of a year", "2026-12-28 06:00:00", "Europe/Rome", 1, "weeks", "2026-12-29 00:00:00"),
    ("every minute over the end of a year", "2026-12-31 00:00:00", "UTC", 1, "minutes", "2026-12-31 23:59:30"),
    ("every hour over the end of a year", "2026-12-31 00:00:00", "Asia/Kolkata", 5, "hours", "2026-12-31 22:00:00"),
    # What was missed.
    ("a year was missed: the next only", "2025-01-01 02:30:00", "Europe/Berlin", 1, "days", "2026-03-28 12:00:00"),
    ("every 17 minutes, months later", "2026-01-01 00:07:00", "Asia/Tehran", 17, "minutes", "2026-03-15 03:33:33"),
    ("every 3 weeks, years later", "2020-02-29 02:30:00", "America/Chicago", 3, "weeks", "2026-03-07 12:00:00"),
]

ZONES = [
    "Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia",
    "Atlantic/Azores", "America/St_Johns", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Amman",
    "Asia/Beirut", "Africa/Cairo", "Pacific/Chatham", "America/Asuncion", "Antarctica/Troll"]


def at_random(count):
    """Runs near changes of the clock, of years whose rules do not change any more."""
    chosen = random.Random(6)
    while count:
        name = chosen.choice(ZONES)
        zone = ZoneInfo(name)
        day = datetime(chosen.randint(2005, 2023), 1, 1) + timedelta(days=chosen.randrange(365))
        offsets = [(day + timedelta(days=n)).replace(tzinfo=zone).utcoffset() for n in (0, 2)]
        if offsets[0] == offsets[1]:
            continue
        first = day - timedelta(days=chosen.randrange(20)) + timedelta(
            minutes=15 * chosen.randrange(17) - 60)
        unit = chosen.choice(["days", "days", "days", "weeks", "hours", "minutes"])
        after = day.replace(tzinfo=timezone.utc) + timedelta(seconds=chosen.randrange(172800))
        yield ("at random", str(first), name, chosen.randint(1, 3) if unit in DAYS
               else chosen.randint(1, 90), unit, after.strftime("%F %T"))
        count -= 1


def row(what, first, zone, every, unit, after):
    moment = datetime.fromisoformat(after).replace(tzinfo=timezone.utc)
    found = next_run(datetime.fromisoformat(first), zone, every, unit, moment)
    values = [what, first, zone, every, unit, f"{after}Z", found and found.strftime("%F %TZ")]
    return "    ({})".format(", ".join(
        "NULL" if value is None else str(value) if isinstance(value, int)
        else "'{}'".format(value.replace("'", "''")) for value in values))


print("""\
-- When schedules are due. Made by schedule_times.py, which worked it out with Python's zoneinfo; do
-- not edit.
BEGIN;
SELECT plan({plan});
CREATE TEMPORARY TABLE run (
    what text, first timestamp, zone text, every integer, unit text, after timestamptz,
    expected timestamptz);
INSERT INTO run VALUES
{rows};

SELECT is(
    helenus.next_run(
        first::date, first - date_trunc('day', first), zone, every, unit, after),
    expected, what || ': ' || concat_ws(' ', first, zone, every, unit, 'after', after))
FROM run WHERE what <> 'at random';
SELECT is_empty(
    $$ SELECT * FROM run
       WHERE expected IS DISTINCT FROM helenus.next_run(
           first::date, first - date_trunc('day', first), zone, every, unit, after) $$,
    (SELECT count(*) FROM run) || ' runs, many of them at random near changes of the clock');
SELECT * FROM finish();
ROLLBACK;""".format(
    plan=len(CASES) + 1,
    rows=",\n".join(row(*case) for case in CASES + list(at_random(300)))))
