"""Reads calendar parts with the library icalendar and says in JSON what it found.

usage: second_opinion.py FILE.ics ...
Of each file: what each event says, its times in UTC by the file's own VTIMEZONE.
"""

import json
import sys
from datetime import timezone

import icalendar


def instant(event, name, zones):
    value = event[name].dt
    if value.utcoffset() is None or value.tzinfo is not timezone.utc:
        tzid = event[name].params.get("TZID")
        if tzid is not None:
            value = value.replace(tzinfo=zones[tzid])
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    for line in data.split(b"\r\n"):
        assert len(line) <= 75 and b"\n" not in line and b"\r" not in line, line
    calendar = icalendar.Calendar.from_ical(data)
    broken = [error for part in calendar.walk() for error in part.errors]
    assert not broken, broken
    # The component in the file, not the library's own idea of a zone of that name.
    zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}
    for zone in calendar.walk("VTIMEZONE"):
        assert sorted(part.name for part in zone.subcomponents) in (["DAYLIGHT", "STANDARD"], ["STANDARD"])
    events = [
        {
            "uid": str(event["UID"]),
            "stamp": instant(event, "DTSTAMP", zones),
            "sequence": int(event["SEQUENCE"]),
            "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
            "starts": instant(event, "DTSTART", zones),
            "ends": instant(event, "DTEND", zones),
            "organizer": [str(event["ORGANIZER"].params["CN"]), str(event["ORGANIZER"])],
            "busy": str(event["TRANSP"]) != "TRANSPARENT",
        }
        for event in calendar.walk("VEVENT")
    ]
    assert str(calendar["VERSION"]) == "2.0" and "PRODID" in calendar
    return {"method": str(calendar["METHOD"]), "events": events}


print(json.dumps([read(path) for path in sys.argv[1:]]))
