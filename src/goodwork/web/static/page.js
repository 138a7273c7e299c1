// What a page can do beyond being read and submitted. Every page works without; nothing is drawn or computed here.

import { enliven as brush } from "./brush.js";
import { enliven as charts } from "./chart.js";
import { enliven as copy } from "./copy.js";
import { enliven as map } from "./map.js";
import { enliven as search } from "./search.js";
import { live } from "./state.js";
import { enliven as table } from "./table.js";

search();
live((main) => {
  map(main);
  charts(main);
  brush(main);
  table(main);
  copy(main);
});
