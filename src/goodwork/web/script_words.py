"""What the modules of a page write on it: texts by short names, which every page carries in its language."""

from __future__ import annotations

from goodwork.language import tr
from goodwork.web.words import tight

#: Texts by the names under which ``words.js`` finds them; holes stand in braces.
WORDS = {
    # busy.js, copy.js
    "working": tr("Working it out…"),
    "copy": tr("Copy"),
    "copied": tr("Copied"),
    "selected": tr("Selected: copy with your keyboard"),
    # search.js
    "areas": tr("Areas"),
    "postcode": tr("postcode: open the area it lies in"),
    "also": tr("also called {name}"),
    # map.js, chart.js, brush.js
    "period": tr("Period"),
    "tapArea": tr("Tap an area to open it."),
    "pointArea": tr("Point at an area, or go there with Tab and the arrow keys: Enter opens it."),
    "pointPick": tr(
        "Point at an area, or go there with Tab and the arrow keys: Enter opens it, Space chooses it to compare."
    ),
    "tapMark": tr("Tap a mark to read it."),
    "pointMark": tr("Point at a mark, or go there with Tab and the arrow keys."),
    "brushed": tr("{n} areas: {names}."),
    "brushedMore": tr("{n} areas: {names} and {more} more."),
    # several.js
    "several": tr("Select several"),
    "severalHow": tr("Click areas on the map to choose up to six; Ctrl or Shift with a click does it, too"),
    "severalOn": tr("Choose areas on the map; choose one again to leave it out."),
    "severalOff": tr("Areas open again."),
    "notListed": tr("It is not in the table, so it cannot be chosen."),
    "full": tr("Six areas are chosen, the most there can be: leave one out first."),
    # weights.js, engine.js
    "fault": tr("This cannot be worked out: {why}. The table stays as it was."),
    "noWeight": tr("all weights of a group are zero"),
    "notAbove": tr("a score is not above zero"),
    "up": tr("up {n}"),
    "down": tr("down {n}"),
    "same": tr("same"),
    "range": tr("{low} to {high}"),
    "under": tight(tr("under 1 %")),
    "over": tight(tr("over 99 %")),
}
