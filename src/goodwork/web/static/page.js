// What a page can do beyond being read and submitted. Every page works without; nothing is drawn or computed here.

import { enliven as brush } from "./brush.js";
import { enliven as busy } from "./busy.js";
import { enliven as charts } from "./chart.js";
import { enliven as copy } from "./copy.js";
import { enliven as map } from "./map.js";
import { enliven as search } from "./search.js";
import { enliven as several } from "./several.js";
import { live } from "./state.js";
import { enliven as table } from "./table.js";

// Where the pages of the navigation lie in one row that goes on sideways, the page shown is in sight.
for (const here of document.querySelectorAll(".pages [aria-current]")) {
  const row = here.closest("ul");
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

search();
busy();
live((main) => {
  map(main);
  several(main);
  charts(main);
  brush(main);
  table(main);
  copy(main);
});
